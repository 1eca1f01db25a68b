/** Checks an operator's additions and corrections to the catalogue, and merges them into it. */
import { z } from 'zod';
import { checkValue } from './check-options.ts';
import { type Evidence, imageModel, type Model, model, option, videoModel } from './model.ts';

/** One entry of the operator's file: any part of a model. `null` removes an option. */
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

/** The values of a new model that the operator leaves out. */
const defaults = {
  image: { maxReferences: 0, maxCount: 1, usualSeconds: 60 },
  video: { roles: {}, required: [], rules: [], maxCount: 1, usualSeconds: 180 },
};
/** The evidence of a new model before the operator's facts count. */
const guessed = { group: 'guess', references: 'guess', maxCount: 'guess', usualSeconds: 'guess' } as const;

/** Returns the evidence of a fact: the operator's when the operator gave it, the earlier evidence otherwise. */
const evidenceOf = (fact: unknown, before: Evidence = 'guess'): Evidence => (fact === undefined ? before : 'operator');

/** Returns one option with the operator's corrections. Undefined when they remove it. */
function mergeOption(before: Options[string] | undefined, given: NonNullable<Correction['options']>[string]) {
  if (given === null) return undefined;
  const range = [given.kind, given.values, given.min, given.max].find((fact) => fact !== undefined);
  // New limits replace the old list of values, which would still forbid what they allow.
  const base =
    given.values === undefined && (given.min ?? given.max) !== undefined ? { ...before, values: undefined } : before;
  return {
    at: 'options',
    ...base,
    ...given,
    evidence: {
      key: evidenceOf(given.key, before?.evidence.key),
      range: evidenceOf(range, before?.evidence.range),
      ...((given.default ?? before?.default) !== undefined && {
        default: evidenceOf(given.default, before?.evidence.default),
      }),
    },
  };
}

/** Returns the options with the operator's additions, corrections and removals. */
function mergeOptions(before: Options, given: Correction['options'] = {}) {
  const changed = Object.entries(given).map(([name, part]) => [name, mergeOption(before[name], part)] as const);
  const all = { ...before, ...Object.fromEntries(changed) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Returns the whole model that a correction makes, not yet checked. */
function mergeModel(before: Model | undefined, given: Correction) {
  const kind = before?.kind ?? given.kind;
  const known = before?.evidence ?? guessed;
  return {
    ...(kind && defaults[kind]),
    label: given.id,
    family: given.id,
    ...before,
    ...given,
    ...(given.roles && { roles: { ...(before?.kind === 'video' && before.roles), ...given.roles } }),
    options: mergeOptions(before?.options ?? {}, given.options),
    evidence: {
      ...known,
      group: evidenceOf(given.group, known.group),
      references: evidenceOf(given.maxReferences ?? given.roles ?? given.required ?? given.rules, known.references),
      maxCount: evidenceOf(given.maxCount, known.maxCount),
      usualSeconds: evidenceOf(given.usualSeconds, known.usualSeconds),
      ...((given.credits ?? before?.credits) !== undefined && {
        credits: evidenceOf(given.credits, before?.evidence.credits),
      }),
    },
  };
}

/** Returns problems that lie between fields, which no schema of one field can see, as `path: what is wrong`. */
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

/** Returns the issues of a schema as `path: what is wrong`. */
const describeIssues = ({ issues }: z.core.$ZodError, before: string) =>
  issues.map(({ path, message }) => `${[before, ...path].join('.')}: ${message}`);

/**
 * Returns the models with the operator's. Throws one Error that lists every problem, a line each, as `path: what is
 * wrong`.
 */
export function withOperatorModels(builtIn: readonly Model[], extra: unknown): Model[] {
  const models = new Map(builtIn.map((whole) => [whole.id, whole]));
  const seen = new Set<string>();
  const problems: string[] = [];

  function addEntry(entry: unknown, path: string): void {
    const read = correction.safeParse(entry);
    if (!read.success) return void problems.push(...describeIssues(read.error, path));
    const { id, kind } = read.data;
    if (seen.has(id)) problems.push(`${path}.id: ${id} is there twice`);
    seen.add(id);
    const before = models.get(id);
    if (before && kind && kind !== before.kind) {
      return void problems.push(`${path}.kind: ${id} is a model for ${before.kind}s`);
    }
    const whole = model.safeParse(mergeModel(before, read.data));
    if (!whole.success) return void problems.push(...describeIssues(whole.error, path));
    problems.push(...contradictions(whole.data, path));
    models.set(id, whole.data);
  }

  const read = file.safeParse(extra);
  if (read.error) problems.push(...describeIssues(read.error, 'the file'));
  for (const [index, entry] of read.data?.models.entries() ?? []) addEntry(entry, `models.${index}`);
  if (problems.length > 0) throw new Error(`\n${problems.join('\n')}`);
  return [...models.values()];
}
