/**
 * The figures of the last run of every group, in a file beside the page, so that one group can be measured again by
 * itself.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Figure, type Group, isMet } from './figure.ts';

const file = new URL('../../docs/performance/figures.json', import.meta.url);

/** The word for infinity, for which JSON has no number. */
const endless = 'endless';
const value = z.union([z.number(), z.literal(endless).transform(() => Number.POSITIVE_INFINITY)]);
const figure = z.object({
  name: z.string(),
  unit: z.string(),
  ours: value.optional(),
  rivals: z.record(z.string(), value).optional(),
  target: z.union([z.object({ atMost: z.number() }), z.object({ atLeast: z.number() })]).optional(),
  skipped: z.string().optional(),
}) satisfies z.ZodType<Figure>;
/** The figures of one group. `measured` has the machine and the day. */
const group = z.object({ measured: z.string(), figures: z.array(figure) });

/** The figures by group. */
export type LastFigures = Record<string, z.infer<typeof group>>;

/** Reads the text of the file. */
export const readFigures = (text: string): LastFigures => z.record(z.string(), group).parse(JSON.parse(text));

/** Returns the text of the file, formatted as biome formats it. */
export const writeFigures = (last: LastFigures): string =>
  `${JSON.stringify(last, (_, one) => (one === Number.POSITIVE_INFINITY ? endless : one), 2)}\n`;

/** Replaces the figures of the measured groups in the file, and returns all figures. */
export async function saveFigures(groups: Map<string, Pick<Group, 'figures'>>, measured: string): Promise<LastFigures> {
  const last = readFigures(await readFile(file, 'utf8'));
  for (const [name, { figures }] of groups) last[name] = { measured, figures };
  await writeFile(file, writeFigures(last));
  return last;
}

const listed = (figures: Figure[]) => figures.map(({ name }) => `- ${name}`).join('\n');

/** Returns, in Markdown, how many targets the figures meet, and which they miss. */
export function verdict(last: LastFigures): string {
  const figures = Object.values(last).flatMap((one) => one.figures);
  const aimed = figures.filter(({ target }) => target);
  const met = aimed.filter((one) => isMet(one) === true);
  const missed = aimed.filter((one) => isMet(one) === false);
  const open = figures.filter(({ ours }) => ours === undefined);
  return [
    `**${met.length} of ${aimed.length} targets are met.**`,
    missed.length > 0 ? `Not met:\n\n${listed(missed)}` : 'None is missed.',
    open.length > 0 ? `Not measured:\n\n${listed(open)}` : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}
