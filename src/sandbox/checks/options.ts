/** Checks `options` against the documentation of the model, and nothing beyond that. */
import { z } from 'zod';
import type { Catalogue } from '../../photogpt/models/catalogue.ts';
import type { Model, Option } from '../../photogpt/models/model.ts';
import type { Guesses } from '../guesses.ts';
import { Problem } from '../http/problem.ts';

/** The schema of the groups. `checkOptions` checks their content. */
export const optionGroups = z
  .record(
    z.string(),
    z.record(z.string(), z.unknown(), 'each group in options must be an object'),
    'options must be an object',
  )
  .optional();

/** The groups of a request. */
export type OptionGroups = z.infer<typeof optionGroups>;

/** The test of a value by the kind of its option, and the name of the kind for people. */
const kinds: Record<Option['kind'], { holds: (value: unknown) => boolean; name: string }> = {
  choice: { holds: (value) => typeof value === 'string' || typeof value === 'number', name: 'text' },
  text: { holds: (value) => typeof value === 'string', name: 'text' },
  integer: { holds: Number.isInteger, name: 'a whole number' },
  number: { holds: (value) => typeof value === 'number', name: 'a number' },
  flag: { holds: (value) => typeof value === 'boolean', name: 'true or false' },
};

/**
 * Returns the options of the model's own group. Throws `Problem` for a value outside a documented table. With `strict`,
 * it also throws for a group or an option that belongs to no documented table of this model.
 */
export function checkOptions(
  model: Model,
  given: OptionGroups,
  context: { catalogue: Catalogue; guesses: Guesses; strict: boolean },
): Record<string, unknown> {
  const groups = given ?? {};
  if (context.strict) checkGroups(model, Object.keys(groups), context);
  const own = (model.group === undefined ? undefined : groups[model.group]) ?? {};
  const options = Object.values(model.options).filter(({ at }) => at === 'options');
  const isTableComplete = options.length > 0 && options.every(({ evidence }) => evidence.key === 'documented');
  for (const [key, value] of Object.entries(own)) {
    const path = `options.${model.group}.${key}`;
    const option = options.find((one) => one.key === key);
    if (option) checkValue(option, value, path, model);
    else if (isTableComplete && context.strict) {
      const known = options.map((one) => one.key).join(', ');
      throw new Problem(400, `${path} is not known: ${model.id} takes ${known}`, `validation: ${path}`);
    }
  }
  return own;
}

function checkGroups(
  model: Model,
  groups: string[],
  { catalogue, guesses }: { catalogue: Catalogue; guesses: Guesses },
) {
  const isDocumented = model.evidence.group === 'documented';
  for (const group of groups) {
    if (group === model.group) continue;
    // The name of the model's own group may be a guess. An unknown name may then be the right one.
    if (!isDocumented && !catalogue.models.some((other) => other.group === group)) continue;
    const message = `options.${group} does not belong to ${model.id}; send only options.${model.group}`;
    throw new Problem(guesses.wrongGroupStatus, message, `validation: options.${group}`);
  }
}

function checkValue(option: Option, value: unknown, path: string, model: Model) {
  if (option.evidence.key !== 'documented' || value === undefined || value === null) return;
  const { holds, name } = kinds[option.kind];
  if (!holds(value)) throw new Problem(400, `${path} must be ${name}`, `validation: ${path}`);
  const { values } = option;
  if (option.evidence.range === 'documented' && values && !values.some((one) => one === value)) {
    const message = `${path} must be one of ${values.join(', ')} for ${model.id}`;
    throw new Problem(400, message, `validation: ${path}`);
  }
}
