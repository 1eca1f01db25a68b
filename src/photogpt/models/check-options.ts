/** Checks whether a model takes a request. It returns the problems as data, and the caller finds the words. */
import type { Model, Option, Scalar, VideoModel } from './model.ts';

/**
 * One thing that the model does not take. `option` is the chat-side name, `count`, or for `references` the role
 * concerned. `allowed` lists what would do: the model's options (lacks), the values (choice), or roles and values
 * (references).
 */
export type Problem = {
  option: string;
  problem: 'lacks' | 'choice' | 'range' | 'kind' | 'references';
  allowed: string[];
  min?: number;
  max?: number;
  given: Scalar;
};

/** Returns the value as the API spells it: `4k` is `4K`. Undefined when the option has no such value. */
export const spelled = ({ values }: Option, given: Scalar): Scalar | undefined =>
  values?.find((value) => value === given) ??
  values?.find((value) => String(value).toLowerCase() === String(given).toLowerCase() && typeof value === typeof given);

/** The JavaScript type of a value of each kind. */
const typeOfKind = { choice: 'string', text: 'string', integer: 'number', number: 'number', flag: 'boolean' } as const;

/** Returns the problem with one value for one option, or an empty list. */
export function checkValue(name: string, option: Option, given: Scalar): Problem[] {
  const { kind, values, min, max } = option;
  const allowed = (values ?? (kind === 'flag' ? [true, false] : [])).map(String);
  const problem = { option: name, allowed, given };
  const isWhole = kind !== 'integer' || Number.isSafeInteger(given);
  const isFiniteNumber = kind !== 'number' || Number.isFinite(given);
  // A choice may list numbers, and then its values tell the kind.
  if (kind !== 'choice' && (typeof given !== typeOfKind[kind] || !isWhole || !isFiniteNumber))
    return [{ ...problem, problem: 'kind' }];
  if (values && spelled(option, given) === undefined) return [{ ...problem, problem: 'choice' }];
  const size = kind === 'text' ? String(given).length : given;
  const isOutside = typeof size === 'number' && (size < (min ?? size) || size > (max ?? size));
  return isOutside ? [{ ...problem, problem: 'range', min, max }] : [];
}

type Options = Record<string, Scalar | undefined>;

/** Returns the problems with the references of a video: too many or too few of a role, and broken rules. */
function checkRoles(model: VideoModel, roles: readonly string[], options: Options): Problem[] {
  const count = (role: string) => roles.filter((other) => other === role).length;
  const allowed = Object.keys(model.roles).filter((role) => model.roles[role]);
  const tooMany = [...new Set(roles)].flatMap((role): Problem[] => {
    const max = model.roles[role] ?? 0;
    return count(role) > max ? [{ option: role, problem: 'references', allowed, max, given: count(role) }] : [];
  });
  const lacking = model.required.filter((role) => count(role) === 0);
  const missing = lacking.map((role): Problem => ({ option: role, problem: 'references', allowed, min: 1, given: 0 }));
  const rulesInForce = model.rules.filter((rule) => count(rule.role) > 0);
  return [...tooMany, ...missing, ...rulesInForce.flatMap((rule) => checkRule(rule, count, options))];
}

/** Returns the problem when a rule of a role in use is broken. `count` returns how many references have a role. */
function checkRule(rule: VideoModel['rules'][number], count: (role: string) => number, options: Options): Problem[] {
  if ('option' in rule) {
    const given = options[rule.option];
    if (given === undefined || given === rule.mustBe) return [];
    return [{ option: rule.option, problem: 'choice', allowed: [String(rule.mustBe)], given }];
  }
  if ('needs' in rule) {
    const isMet = count(rule.needs) > 0;
    return isMet ? [] : [{ option: rule.needs, problem: 'references', allowed: [rule.needs], min: 1, given: 0 }];
  }
  const given = count(rule.excludes);
  return given === 0 ? [] : [{ option: rule.excludes, problem: 'references', allowed: [rule.role], max: 0, given }];
}

/**
 * Returns everything about a request that the model does not take. The list is empty when it takes all of it.
 * `references` is one role per reference for a video model (`first_frame`, `reference_video` …), and their number for
 * an image model.
 */
export function checkOptions(
  model: Model,
  options: Options,
  references: number | readonly string[] = 0,
  count = 1,
): Problem[] {
  const known = Object.keys(model.options);
  const problems = Object.entries(options).flatMap(([name, given]): Problem[] => {
    if (given === undefined) return [];
    const option = Object.hasOwn(model.options, name) ? model.options[name] : undefined;
    return option ? checkValue(name, option, given) : [{ option: name, problem: 'lacks', allowed: known, given }];
  });
  const { maxCount: max } = model;
  const isCountAllowed = Number.isInteger(count) && count >= 1 && count <= max;
  if (!isCountAllowed) problems.push({ option: 'count', problem: 'range', allowed: [], min: 1, max, given: count });
  if (model.kind === 'video') {
    const roles = typeof references === 'number' ? Array<string>(references).fill('reference_image') : references;
    return [...problems, ...checkRoles(model, roles, options)];
  }
  const given = typeof references === 'number' ? references : references.length;
  if (given > model.maxReferences) {
    problems.push({ option: 'reference_image', problem: 'references', allowed: [], max: model.maxReferences, given });
  }
  return problems;
}
