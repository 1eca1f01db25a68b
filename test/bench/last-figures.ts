/** The figures of the last run of every group, kept beside the page, so that one group can be measured again by itself. */
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Figure, type Group, isMet } from './figure.ts';

const file = new URL('../../docs/performance/figures.json', import.meta.url);

/** JSON has no number for what never ended. */
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
/** `measured` says on what, and when. */
const group = z.object({ measured: z.string(), figures: z.array(figure) });

/** By the name of the group. */
export type Kept = Record<string, z.infer<typeof group>>;

export const readKept = (text: string): Kept => z.record(z.string(), group).parse(JSON.parse(text));

/** As the formatter has it. */
export const writeKept = (kept: Kept): string =>
  `${JSON.stringify(kept, (_, one) => (one === Number.POSITIVE_INFINITY ? endless : one), 2)}\n`;

/** Puts the groups that were run in the place of their last figures, in the file as well, and gives all of them. */
export async function keep(groups: Map<string, Pick<Group, 'figures'>>, measured: string): Promise<Kept> {
  const kept = readKept(await readFile(file, 'utf8'));
  for (const [name, { figures }] of groups) kept[name] = { measured, figures };
  await writeFile(file, writeKept(kept));
  return kept;
}

const listed = (figures: Figure[]) => figures.map(({ name }) => `- ${name}`).join('\n');

/** How many targets are met by the last figures of every group, and which are not. In Markdown. */
export function verdict(kept: Kept): string {
  const figures = Object.values(kept).flatMap((one) => one.figures);
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
