/** Puts what was measured into docs/performance.md, between its markers, and the plots beside it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Figure, Group } from './figure.ts';
import { isMet } from './figure.ts';
import { inWords, type Machine } from './machine.ts';
import { drawPlot } from './plot.ts';
import { forMarkdown } from './table.ts';

const page = new URL('../../docs/performance.md', import.meta.url);
const folder = new URL('../../docs/performance/', import.meta.url);

const listed = (figures: Figure[]) => figures.map(({ name }) => `- ${name}`).join('\n');

/** The part between the markers `name`, replaced. Throws when the page has none. */
function replaced(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name} begins -->`, `<!-- ${name} ends -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${fileURLToPath(page)} has no part ${name}`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}

function verdict(figures: Figure[]): string {
  const aimed = figures.filter(({ target }) => target);
  const met = aimed.filter((figure) => isMet(figure) === true);
  const missed = aimed.filter((figure) => isMet(figure) === false);
  const open = figures.filter(({ ours }) => ours === undefined);
  return [
    `**${met.length} of ${aimed.length} targets are met.**`,
    missed.length > 0 ? `Not met:\n\n${listed(missed)}` : 'None is missed.',
    open.length > 0 ? `Not measured in this run:\n\n${listed(open)}` : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Renews the parts of the groups that were run; the others stay as they were. */
export async function writeDocument(groups: Map<string, Group>, machine: Machine, quick: boolean): Promise<void> {
  await mkdir(folder, { recursive: true });
  let text = await readFile(page, 'utf8');
  for (const [name, { figures, plots = [] }] of groups) {
    for (const plot of plots) await writeFile(new URL(plot.file, folder), drawPlot(plot));
    const pictures = plots.map(({ file, title }) => `![${title}](performance/${file})`);
    text = replaced(
      text,
      name,
      [
        forMarkdown(figures),
        ...pictures,
        `${quick ? 'Measured with `--quick`' : 'Measured'} on: ${inWords(machine)}.`,
      ].join('\n\n'),
    );
  }
  // A verdict over all of it needs all of it.
  const all = [...groups.values()].flatMap(({ figures }) => figures);
  if (text.includes('<!-- verdict begins -->') && groups.size >= 7) text = replaced(text, 'verdict', verdict(all));
  await writeFile(page, text);
}
