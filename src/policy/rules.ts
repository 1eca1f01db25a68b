/** The list of rules that moderators can set for a place. The reader, the check and `/settings` are made from it. */
import { z } from 'zod';

/** The kind of the items of a list, which says how people type them. */
export type Items = 'channels' | 'models' | 'roles' | 'words';

/**
 * A rule or a default. `about` says in one line what it does. A number that is not set is no limit, and a list that is
 * not set is empty. With `perChannel`, a channel can have its own value, which holds there instead of the place's.
 */
export type Rule = { name: string; about: string; perChannel?: true } & (
  | { kind: 'flag' }
  | { kind: 'number'; min: number; max: number }
  | { kind: 'choice'; choices: readonly [string, ...string[]] }
  | { kind: 'list'; of: Items; max: number }
  | { kind: 'model'; of: 'image' | 'video' }
  | { kind: 'shape' }
);

const credits = { kind: 'number', min: 0, max: 1_000_000_000 } as const;
const count = { kind: 'number', min: 0, max: 1_000_000 } as const;
/** Most items of a list of ids. Every call reads them, and a longer list is a mistake. */
const maxItems = 50;

/** Every rule, in the order of `/settings` and of the README's table. */
export const rules = [
  { name: 'paused', kind: 'flag', perChannel: true, about: 'Nothing new is made; what is on the way goes on' },
  {
    name: 'channels',
    kind: 'list',
    of: 'channels',
    max: maxItems,
    about: 'Only in these; “direct” stands for messages to me',
  },
  { name: 'models', kind: 'list', of: 'models', max: maxItems, perChannel: true, about: 'Only these public models' },
  { name: 'denied-models', kind: 'list', of: 'models', max: maxItems, perChannel: true, about: 'Never these models' },
  {
    name: 'private',
    kind: 'choice',
    choices: ['allowed', 'forbidden', 'forced'],
    perChannel: true,
    about: 'Whether results may be for the person only',
  },
  { name: 'open-jobs', kind: 'number', min: 1, max: 1_000, about: 'Most unfinished jobs of one person' },
  { name: 'person-daily-credits', ...credits, about: 'Credits one person may spend in a day' },
  { name: 'person-daily-jobs', ...count, about: 'Jobs one person may start in a day' },
  { name: 'place-daily-credits', ...credits, about: 'Credits all together may spend in a day' },
  { name: 'place-daily-jobs', ...count, about: 'Jobs all together may start in a day' },
  { name: 'place-monthly-credits', ...credits, about: 'Credits all together may spend in a month' },
  { name: 'place-monthly-jobs', ...count, about: 'Jobs all together may start in a month' },
  { name: 'exempt-roles', kind: 'list', of: 'roles', max: maxItems, about: 'Roles or people without personal limits' },
  { name: 'video-roles', kind: 'list', of: 'roles', max: maxItems, perChannel: true, about: 'Who may make videos' },
  {
    name: 'identity-roles',
    kind: 'list',
    of: 'roles',
    max: maxItems,
    perChannel: true,
    about: 'Who may use trained models',
  },
  { name: 'blocked-words', kind: 'list', of: 'words', max: 200, perChannel: true, about: 'Not in any prompt' },
  { name: 'adult-models', kind: 'list', of: 'models', max: maxItems, about: 'Only in age-restricted channels' },
  { name: 'adult-words', kind: 'list', of: 'words', max: 200, about: 'Only in age-restricted channels' },
] as const satisfies Rule[];

type ValueOf<R extends Rule> = R extends { kind: 'flag' }
  ? boolean
  : R extends { kind: 'choice' }
    ? R['choices'][number]
    : R extends { kind: 'list' }
      ? readonly string[]
      : number | undefined;
type Listed = (typeof rules)[number];
/** The values of all rules somewhere, by name. */
export type Rules = { [R in Listed as R['name']]: ValueOf<R> };

/** Returns the value of a rule that nobody has set. */
function defaultOf(rule: Rule): unknown {
  if (rule.kind === 'flag') return false;
  if (rule.kind === 'choice') return rule.choices[0];
  return rule.kind === 'list' ? [] : undefined;
}

const defaults: Record<string, unknown> = Object.fromEntries(rules.map((rule) => [rule.name, defaultOf(rule)]));

/** Returns the schema of a stored value. */
function schemaOf(rule: Rule): z.ZodType<unknown> {
  switch (rule.kind) {
    case 'flag':
      return z.boolean();
    case 'number':
      return z.number().min(rule.min).max(rule.max);
    case 'choice':
      return z.enum(rule.choices);
    case 'list':
      return z.array(z.string()).max(rule.max);
    case 'model':
    case 'shape':
      return z.string();
  }
}

/** The stored values of one place, channel or person, by name. */
export type Layer = Record<string, unknown>;

/**
 * Returns the first valid value of a rule in `layers`, and the index of its layer. A value that no longer fits is
 * skipped.
 */
export function firstOf(rule: Rule, layers: readonly Layer[]): { value: unknown; layer: number } | undefined {
  const layer = layers.findIndex(
    (one) => one[rule.name] !== undefined && schemaOf(rule).safeParse(one[rule.name]).success,
  );
  return layer < 0 ? undefined : { value: layers[layer]?.[rule.name], layer };
}

/** Returns the value of each rule. A channel's own comes before the place's, and the place's before the operator's. */
export function rulesFrom({ place, channel, usual = {} }: { place: Layer; channel: Layer; usual?: Layer }): Rules {
  const all = { ...defaults };
  for (const rule of rules as readonly Rule[]) {
    const found = firstOf(rule, rule.perChannel ? [channel, place, usual] : [place, usual]);
    if (found) all[rule.name] = found.value;
  }
  // Every value is a default, or has passed its own rule's schema.
  return all as Rules;
}
