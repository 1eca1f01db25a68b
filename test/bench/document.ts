/** Writes figures into docs/performance.md, between its markers, and the plots beside it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Group } from './figure.ts';
import { saveFigures, verdict } from './last-figures.ts';
import { inWords, type Machine } from './machine.ts';
import { drawPlot } from './plot.ts';
import { forMarkdown } from './table.ts';

const page = new URL('../../docs/performance.md', import.meta.url);
const folder = new URL('../../docs/performance/', import.meta.url);

/** Returns the page with new text between the markers `name`. Throws an Error when the page has none. */
function replaced(text: string, name: string, content: string): string {
  const begin = `<!-- ${name} begins -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(`<!-- ${name} ends -->`);
  if (from < 0 || to < from) throw new Error(`${fileURLToPath(page)} has no part ${name}`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}

/** Renews the parts of the measured groups, and the verdict over all. The other parts stay. */
export async function writeDocument(groups: Map<string, Group>, machine: Machine, quick: boolean): Promise<void> {
  await mkdir(folder, { recursive: true });
  const measured = `${quick ? 'Measured with `--quick`' : 'Measured'} on: ${inWords(machine)}.`;
  let text = await readFile(page, 'utf8');
  for (const [name, { figures, plots = [] }] of groups) {
    for (const plot of plots) await writeFile(new URL(plot.file, folder), drawPlot(plot));
    const pictures = plots.map(({ file, title }) => `![${title}](performance/${file})`);
    text = replaced(text, name, [forMarkdown(figures), ...pictures, measured].join('\n\n'));
  }
  text = replaced(text, 'verdict', verdict(await saveFigures(groups, measured)));
  await writeFile(page, text);
}
