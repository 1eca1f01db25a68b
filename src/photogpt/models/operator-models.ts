/** An operator's additions and corrections to the catalogue, checked and merged. */
import { z } from 'zod';
import { checkValue } from './check-options.ts';
import { type Evidence, imageModel, type Model, model, option, videoModel } from './model.ts';

/** What the operator's file says of one model: any part of it; `null` takes an option away. */
const correction = z.strictObject({
  ...imageModel.partial().omit({ kind: true }).shape,
  ...videoModel.partial().omit({ kind: true }).shape,
  id: z.string().min(1),
  kind: z.enum(['image', 'video']).optional(),
  options: z.record(z.string(), option.omit({ evidence: true }).partial().nullable()).optional(),
  evidence: z.never('is set for you').optional(),
});
const file = z.strictObject({ models: z.array(z.unknown()) });
type Correction = z.infer<typeof correction>;
type Options = Model['options'];

/** What a new model is until the operator says otherwise. */
const blank = {
  image: { maxReferences: 0, maxCount: 1, usualSeconds: 60 },
  video: { roles: {}, required: [], rules: [], maxCount: 1, usualSeconds: 180 },
};
const guessed = { group: 'guess', references: 'guess', maxCount: 'guess', usualSeconds: 'guess' } as const;

/** Facts the operator gave are the operator's; the rest stay as well known as they were. */
const told = (fact: unknown, before: Evidence = 'guess'): Evidence => (fact === undefined ? before : 'operator');

function mergedOption(before: Options[string] | undefined, given: NonNullable<Correction['options']>[string]) {
  if (given === null) return undefined;
  const range = [given.kind, given.values, given.min, given.max].find((fact) => fact !== undefined);
  // New limits replace the old list of values, which would still forbid what they allow.
  const kept =
    given.values === undefined && (given.min ?? given.max) !== undefined ? { ...before, values: undefined } : before;
  return {
    at: 'options',
    ...kept,
    ...given,
    evidence: {
      key: told(given.key, before?.evidence.key),
      range: told(range, before?.evidence.range),
      ...((given.default ?? before?.default) !== undefined && {
        default: told(given.default, before?.evidence.default),
      }),
    },
  };
}

function mergedOptions(before: Options, given: Correction['options'] = {}) {
  const changed = Object.entries(given).map(([name, part]) => [name, mergedOption(before[name], part)] as const);
  const all = { ...before, ...Object.fromEntries(changed) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** The whole model a correction amounts to, not yet checked. */
function merged(before: Model | undefined, given: Correction) {
  const kind = before?.kind ?? given.kind;
  const known = before?.evidence ?? guessed;
  return {
    ...(kind && blank[kind]),
    label: given.id,
    family: given.id,
    ...before,
    ...given,
    ...(given.roles && { roles: { ...(before?.kind === 'video' && before.roles), ...given.roles } }),
    options: mergedOptions(before?.options ?? {}, given.options),
    evidence: {
      ...known,
      group: told(given.group, known.group),
      references: told(given.maxReferences ?? given.roles ?? given.required ?? given.rules, known.references),
      maxCount: told(given.maxCount, known.maxCount),
      usualSeconds: told(given.usualSeconds, known.usualSeconds),
      ...((given.credits ?? before?.credits) !== undefined && {
        credits: told(given.credits, before?.evidence.credits),
      }),
    },
  };
}

/** What a schema for one field cannot see, as `path: what is wrong`. */
const contradictions = (whole: Model, path: string) =>
  Object.entries(whole.options).flatMap(([name, given]) => {
    const { kind, values, min, max, at } = given;
    const wrong = {
      'a choice needs values': kind === 'choice' && !values?.length,
      'min is above max': min !== undefined && max !== undefined && min > max,
      'the default is not something the option takes':
        given.default !== undefined && checkValue(name, given, given.default).length > 0,
      'it goes inside options, and the model has no group': at === 'options' && !whole.group,
    };
    const found = Object.entries(wrong).filter(([, holds]) => holds);
    return found.map(([message]) => `${path}.options.${name}: ${message}`);
  });

const described = ({ issues }: z.core.$ZodError, before: string) =>
  issues.map(({ path, message }) => `${[before, ...path].join('.')}: ${message}`);

/** The models with the operator's. Throws one Error listing every problem, a line each, as `path: what is wrong`. */
export function withOperatorModels(builtIn: readonly Model[], extra: unknown): Model[] {
  const models = new Map(builtIn.map((whole) => [whole.id, whole]));
  const seen = new Set<string>();
  const problems: string[] = [];

  function take(entry: unknown, path: string): void {
    const read = correction.safeParse(entry);
    if (!read.success) return void problems.push(...described(read.error, path));
    const { id, kind } = read.data;
    if (seen.has(id)) problems.push(`${path}.id: ${id} is there twice`);
    seen.add(id);
    const before = models.get(id);
    if (before && kind && kind !== before.kind) {
      return void problems.push(`${path}.kind: ${id} is a model for ${before.kind}s`);
    }
    const whole = model.safeParse(merged(before, read.data));
    if (!whole.success) return void problems.push(...described(whole.error, path));
    problems.push(...contradictions(whole.data, path));
    models.set(id, whole.data);
  }

  const read = file.safeParse(extra);
  if (read.error) problems.push(...described(read.error, 'the file'));
  for (const [index, entry] of read.data?.models.entries() ?? []) take(entry, `models.${index}`);
  if (problems.length > 0) throw new Error(`\n${problems.join('\n')}`);
  return [...models.values()];
}
