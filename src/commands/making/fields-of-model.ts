/** Narrows the fields of a form to the chosen model: its values, its limits, and only the fields that it takes. */
import type { Model, Option } from '../../photogpt/models/model.ts';
import type { Narrowed, Narrows } from '../kit/define.ts';

/** The fields of a form for videos that take references, and the role of each. */
const videoRoles = { first: 'first_frame', last: 'last_frame', reference: 'reference_image' };

/**
 * Returns the rule for forms with a field `model`. It narrows settings, counts and references. `usual` is the default
 * model.
 */
export const fieldsOfModel = (kind: Model['kind'], usual: string): Narrows => ({
  by: 'model',
  to({ catalogue }, chosen) {
    const model = catalogue.find(typeof chosen === 'string' && chosen ? chosen : usual);
    if (model?.kind !== kind) return undefined;
    const settings = catalogue.models.filter((one) => one.kind === kind).flatMap(({ options }) => Object.keys(options));
    const narrowed = settings.map((name): [string, Narrowed] => [name, narrowSetting(model.options[name])]);
    return { ...Object.fromEntries(narrowed), count: { max: model.maxCount }, ...narrowReferences(model) };
  },
});

/** Returns the values or limits of a setting. `gone` when the model does not have it. */
function narrowSetting(option: Option | undefined): Narrowed {
  if (!option) return 'gone';
  const { values, min, max } = option;
  return values ? { choices: values.map((value) => ({ value: String(value), label: String(value) })) } : { min, max };
}

/** Returns how many references each field takes. `gone` for a field that takes none. */
function narrowReferences(model: Model): Record<string, Narrowed> {
  const upTo = (max: number): Narrowed => (max > 0 ? { max } : 'gone');
  if (model.kind === 'image') return { reference: upTo(model.maxReferences), pictures: upTo(model.maxReferences) };
  return Object.fromEntries(Object.entries(videoRoles).map(([field, role]) => [field, upTo(model.roles[role] ?? 0)]));
}
