/** Whether a model takes what somebody asks of it, with what is wrong as data: the caller finds the words. */
import type { Model, Option, Scalar, VideoModel } from './model.ts';

/**
 * One thing the model does not take. `option` is the chat-side name, `count`, or for `references` the role concerned.
 * `allowed` lists what would do: the model's options (lacks), the values (choice), or roles and values (references).
 */
export type Problem = {
  option: string;
  problem: 'lacks' | 'choice' | 'range' | 'kind' | 'references';
  allowed: string[];
  min?: number;
  max?: number;
  given: Scalar;
};

/** The value as the API spells it: `4k` is `4K`. Undefined when it is none of the option's. */
export const spelled = ({ values }: Option, given: Scalar): Scalar | undefined =>
  values?.find((value) => value === given) ??
  values?.find((value) => String(value).toLowerCase() === String(given).toLowerCase() && typeof value === typeof given);

const expected = { choice: 'string', text: 'string', integer: 'number', number: 'number', flag: 'boolean' } as const;

/** What is wrong with one value for one option: nothing, or one thing. */
export function checkValue(name: string, option: Option, given: Scalar): Problem[] {
  const { kind, values, min, max } = option;
  const allowed = (values ?? (kind === 'flag' ? [true, false] : [])).map(String);
  const problem = { option: name, allowed, given };
  const whole = kind !== 'integer' || Number.isSafeInteger(given);
  const finite = kind !== 'number' || Number.isFinite(given);
  // A choice may list numbers, and then its values tell the kind.
  if (kind !== 'choice' && (typeof given !== expected[kind] || !whole || !finite))
    return [{ ...problem, problem: 'kind' }];
  if (values && spelled(option, given) === undefined) return [{ ...problem, problem: 'choice' }];
  const size = kind === 'text' ? String(given).length : given;
  const outside = typeof size === 'number' && (size < (min ?? size) || size > (max ?? size));
  return outside ? [{ ...problem, problem: 'range', min, max }] : [];
}

function checkRoles(
  model: VideoModel,
  roles: readonly string[],
  options: Record<string, Scalar | undefined>,
): Problem[] {
  const count = (role: string) => roles.filter((other) => other === role).length;
  const allowed = Object.keys(model.roles).filter((role) => model.roles[role]);
  const tooMany = [...new Set(roles)].flatMap((role): Problem[] => {
    const max = model.roles[role] ?? 0;
    return count(role) > max ? [{ option: role, problem: 'references', allowed, max, given: count(role) }] : [];
  });
  const lacking = model.required.filter((role) => count(role) === 0);
  const missing = lacking.map((role): Problem => ({ option: role, problem: 'references', allowed, min: 1, given: 0 }));
  const ruled = model.rules.flatMap((rule): Problem[] => {
    if (count(rule.role) === 0) return [];
    if ('option' in rule) {
      const given = options[rule.option];
      if (given === undefined || given === rule.mustBe) return [];
      return [{ option: rule.option, problem: 'choice', allowed: [String(rule.mustBe)], given }];
    }
    if ('needs' in rule) {
      const met = count(rule.needs) > 0;
      return met ? [] : [{ option: rule.needs, problem: 'references', allowed: [rule.needs], min: 1, given: 0 }];
    }
    const given = count(rule.excludes);
    return given === 0 ? [] : [{ option: rule.excludes, problem: 'references', allowed: [rule.role], max: 0, given }];
  });
  return [...tooMany, ...missing, ...ruled];
}

/**
 * Everything about the request the model does not take; empty when it takes all of it. `references` is one role per
 * reference for a video model (`first_frame`, `reference_video` …), and their number for an image model.
 */
export function checkOptions(
  model: Model,
  options: Record<string, Scalar | undefined>,
  references: number | readonly string[] = 0,
  count = 1,
): Problem[] {
  const takes = Object.keys(model.options);
  const wrong = Object.entries(options).flatMap(([name, given]): Problem[] => {
    if (given === undefined) return [];
    const option = Object.hasOwn(model.options, name) ? model.options[name] : undefined;
    return option ? checkValue(name, option, given) : [{ option: name, problem: 'lacks', allowed: takes, given }];
  });
  const { maxCount: max } = model;
  const fits = Number.isInteger(count) && count >= 1 && count <= max;
  if (!fits) wrong.push({ option: 'count', problem: 'range', allowed: [], min: 1, max, given: count });
  if (model.kind === 'video') {
    const roles = typeof references === 'number' ? Array<string>(references).fill('reference_image') : references;
    return [...wrong, ...checkRoles(model, roles, options)];
  }
  const given = typeof references === 'number' ? references : references.length;
  if (given > model.maxReferences) {
    wrong.push({ option: 'reference_image', problem: 'references', allowed: [], max: model.maxReferences, given });
  }
  return wrong;
}
