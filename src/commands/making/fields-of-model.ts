/** What a chosen model leaves of a form's fields: its own values and limits, and nothing of what it does not take. */
import type { Model, Option } from '../../photogpt/models/model.ts';
import type { Narrowed, Narrows } from '../kit/define.ts';

/** Fields that take references, by the role that the model knows them under. */
const roles = { first: 'first_frame', last: 'last_frame', reference: 'reference_image' };

/** The field `model` decides about all settings that any model of this kind has, about counts and references. */
export const fieldsOfModel = (kind: Model['kind'], usual: string): Narrows => ({
  by: 'model',
  to({ catalogue }, chosen) {
    const model = catalogue.find(typeof chosen === 'string' && chosen ? chosen : usual);
    if (model?.kind !== kind) return undefined;
    const settings = catalogue.models.filter((one) => one.kind === kind).flatMap(({ options }) => Object.keys(options));
    const left = settings.map((name): [string, Narrowed] => [name, setting(model.options[name])]);
    return { ...Object.fromEntries(left), count: { max: model.maxCount }, ...references(model) };
  },
});

function setting(option: Option | undefined): Narrowed {
  if (!option) return 'gone';
  const { values, min, max } = option;
  return values ? { choices: values.map((value) => ({ value: String(value), label: String(value) })) } : { min, max };
}

function references(model: Model): Record<string, Narrowed> {
  const upTo = (most: number): Narrowed => (most > 0 ? { max: most } : 'gone');
  if (model.kind === 'image') return { reference: upTo(model.maxReferences), pictures: upTo(model.maxReferences) };
  return Object.fromEntries(Object.entries(roles).map(([field, role]) => [field, upTo(model.roles[role] ?? 0)]));
}
