/** Draws a form as a modal, and reads what was filled in; a form of more than five fields becomes several modals. */
import { ComponentType as Kind, TextInputStyle } from 'discord.js';
import type { Value } from '../../../chat.ts';
import type { Choice } from '../../../commands/kit/define.ts';
import type { Field } from '../../../commands/kit/sheet.ts';
import { limits, pictureTypes } from '../limits.ts';
import type { FilledIn } from '../read/interaction.ts';
import { shortened } from './escape.ts';

/** A field with what may be chosen for it, where that is known in time. */
export type OfferedField = Field & { offers?: Choice[] };

/** What is asked for first: what is needed, then what was asked for already, then the rest in its order. */
export function inSteps(fields: readonly OfferedField[]): OfferedField[][] {
  const rank = ({ required, value, kind }: OfferedField) =>
    required ? 0 : value !== undefined || kind === 'pictures' ? 1 : 2;
  const ordered = [...fields].sort((a, b) => rank(a) - rank(b));
  return Array.from({ length: Math.ceil(ordered.length / limits.modalFields) }, (_, step) =>
    ordered.slice(step * limits.modalFields, (step + 1) * limits.modalFields),
  );
}

/** One modal. `step` and `steps` count from 1. `held` are the fields that have a file already. */
export function renderModal(
  title: string,
  customId: string,
  fields: readonly OfferedField[],
  { step, steps, held }: { step: number; steps: number; held: ReadonlySet<string> },
) {
  return {
    custom_id: customId,
    title: shortened(steps > 1 ? `${title} (${step} of ${steps})` : title, limits.modalTitle),
    components: fields.map((field) => ({
      type: Kind.Label,
      label: shortened(capitalised(field.name), limits.label),
      description: shortened(describe(field, held.has(field.name)), limits.description),
      component: componentOf(field, held.has(field.name)),
    })),
  };
}

const capitalised = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).replace(/-/g, ' ');

function describe({ description, min, max, kind }: Field, has: boolean): string {
  if (has) return `${description}. One is there already; files given here take its place.`;
  return (kind === 'integer' || kind === 'number') && min !== undefined
    ? `${description} (${min} to ${max})`
    : description;
}

function componentOf(field: OfferedField, has: boolean): object {
  const { name, kind, required, max } = field;
  const base = { custom_id: name };
  if (kind === 'flag') return { type: Kind.Checkbox, ...base, default: field.value === true };
  if (kind === 'pictures') {
    const needs = required && !has && field.value === undefined;
    const most = Math.min(max ?? 1, limits.modalFiles);
    return {
      type: Kind.FileUpload,
      ...base,
      required: needs,
      min_values: needs ? 1 : 0,
      max_values: most,
      file_types: pictureTypes,
    };
  }
  const offers = kind === 'choice' ? field.choices : (field.offers ?? []);
  const options = offered(offers, field.value);
  if (options.length > limits.choices || (kind !== 'choice' && options.length < 2)) return textInput(field);
  if (options.length >= 2 && options.length <= limits.radioOptions && kind === 'choice') {
    return { type: Kind.RadioGroup, ...base, required, options };
  }
  return { type: Kind.StringSelect, ...base, required, min_values: required ? 1 : 0, max_values: 1, options };
}

/** What can be chosen, with what is chosen now among it. */
function offered(choices: readonly Choice[], value: Value | undefined) {
  const known = value === undefined || choices.some((choice) => choice.value === String(value));
  const all = known ? choices : [{ value: String(value), label: String(value) }, ...choices];
  return all.map((choice) => ({
    label: shortened(choice.label, limits.choiceName),
    value: choice.value,
    ...(choice.hint ? { description: shortened(choice.hint, limits.choiceName) } : {}),
    ...(value !== undefined && choice.value === String(value) ? { default: true } : {}),
  }));
}

function textInput({ name, long, required, kind, max, value }: OfferedField) {
  const given = value === undefined ? '' : Array.isArray(value) ? value.join(', ') : String(value);
  const longest = kind === 'text' ? Math.min(max ?? limits.modalText, limits.modalText) : 20;
  return {
    type: Kind.TextInput,
    custom_id: name,
    style: long ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required,
    max_length: longest,
    ...(given ? { value: given.slice(0, longest) } : {}),
  };
}

/** What was filled in: values by field, and the ids of uploaded files. An emptied field is in neither, but in `cleared`. */
export function readModal(filled: readonly FilledIn[], fields: readonly OfferedField[]) {
  const values: Record<string, Value> = {};
  const uploads: Record<string, string[]> = {};
  const cleared: string[] = [];
  for (const { custom_id: name, value, values: chosen } of filled) {
    const field = fields.find((one) => one.name === name);
    if (!field) continue;
    const given = value ?? chosen?.[0];
    if (field.kind === 'pictures') uploads[name] = chosen ?? [];
    else if (given === undefined || given === null || given === '') cleared.push(name);
    // An unticked box says nothing, unless it was ticked before.
    else if (given === false && field.value !== true) cleared.push(name);
    else values[name] = given;
  }
  return { values, uploads, cleared };
}
