/** Draws a form as modals of five fields each, and reads the input of one that came back. */
import { ComponentType as Kind, TextInputStyle } from 'discord.js';
import type { Value } from '../../../chat.ts';
import type { Choice } from '../../../commands/kit/define.ts';
import type { Field } from '../../../commands/kit/sheet.ts';
import {
  maxChoiceNameLength,
  maxChoices,
  maxDescriptionLength,
  maxFieldsPerModal,
  maxFilesPerUpload,
  maxLabelLength,
  maxModalTitleLength,
  maxRadioOptions,
  maxTextInputLength,
  pictureTypes,
} from '../limits.ts';
import type { SubmittedField } from '../read/interaction.ts';
import { fileIsThere, rangeText, stepTitle } from '../sentences.ts';
import { truncate } from './escape.ts';

/** A field with its suggestions, where they were there in time. */
export type OfferedField = Field & { offers?: Choice[] };

/** Characters of a number or of anything else that is not free text. */
const maxShortInputLength = 20;

/** Returns the fields of each modal: required ones first, then those with a value and pictures, then the rest in order. */
export function inSteps(fields: readonly OfferedField[]): OfferedField[][] {
  const rank = ({ required, value, kind }: OfferedField) =>
    required ? 0 : value !== undefined || kind === 'pictures' ? 1 : 2;
  const ordered = [...fields].sort((a, b) => rank(a) - rank(b));
  return Array.from({ length: Math.ceil(ordered.length / maxFieldsPerModal) }, (_, step) =>
    ordered.slice(step * maxFieldsPerModal, (step + 1) * maxFieldsPerModal),
  );
}

/** Draws one modal. `step` and `steps` count from 1. `held` are the names of fields that have a file already. */
export function renderModal(
  title: string,
  customId: string,
  fields: readonly OfferedField[],
  { step, steps, held }: { step: number; steps: number; held: ReadonlySet<string> },
) {
  return {
    custom_id: customId,
    title: truncate(steps > 1 ? stepTitle(title, step, steps) : title, maxModalTitleLength),
    components: fields.map((field) => ({
      type: Kind.Label,
      label: truncate(capitalised(field.name), maxLabelLength),
      description: truncate(descriptionOf(field, held.has(field.name)), maxDescriptionLength),
      component: componentOf(field, held.has(field.name)),
    })),
  };
}

const capitalised = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).replace(/-/g, ' ');

function descriptionOf({ description, min, max, kind }: Field, hasFile: boolean): string {
  if (hasFile) return fileIsThere(description);
  const isNumber = kind === 'integer' || kind === 'number';
  return isNumber && min !== undefined ? rangeText(description, min, max) : description;
}

/** Draws a field: a box to tick, an upload, radio buttons, a list to choose from, or a line of text. */
function componentOf(field: OfferedField, hasFile: boolean): object {
  const { name, kind, required } = field;
  if (kind === 'flag') return { type: Kind.Checkbox, custom_id: name, default: field.value === true };
  if (kind === 'pictures') return fileUpload(field, hasFile);
  const isChoice = kind === 'choice';
  const options = selectOptions(isChoice ? field.choices : (field.offers ?? []), field.value);
  // A list that is too long, or offers one thing among unnamed others, leaves typing.
  if (options.length > maxChoices || (!isChoice && options.length < 2)) return textInput(field);
  if (isChoice && options.length >= 2 && options.length <= maxRadioOptions) {
    return { type: Kind.RadioGroup, custom_id: name, required, options };
  }
  return {
    type: Kind.StringSelect,
    custom_id: name,
    required,
    min_values: required ? 1 : 0,
    max_values: 1,
    options,
  };
}

function fileUpload({ name, required, max, value }: OfferedField, hasFile: boolean) {
  const isNeeded = required && !hasFile && value === undefined;
  return {
    type: Kind.FileUpload,
    custom_id: name,
    required: isNeeded,
    min_values: isNeeded ? 1 : 0,
    max_values: Math.min(max ?? 1, maxFilesPerUpload),
    file_types: pictureTypes,
  };
}

/** Returns the choices of a field. Its present value is added where it is not among them. */
function selectOptions(choices: readonly Choice[], value: Value | undefined) {
  const isListed = value === undefined || choices.some((choice) => choice.value === String(value));
  const all = isListed ? choices : [{ value: String(value), label: String(value) }, ...choices];
  return all.map((choice) => ({
    label: truncate(choice.label, maxChoiceNameLength),
    value: choice.value,
    ...(choice.hint ? { description: truncate(choice.hint, maxChoiceNameLength) } : {}),
    ...(value !== undefined && choice.value === String(value) ? { default: true } : {}),
  }));
}

function textInput({ name, long, required, kind, max, value }: OfferedField) {
  const text = value === undefined ? '' : Array.isArray(value) ? value.join(', ') : String(value);
  const maxLength = kind === 'text' ? Math.min(max ?? maxTextInputLength, maxTextInputLength) : maxShortInputLength;
  return {
    type: Kind.TextInput,
    custom_id: name,
    style: long ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required,
    max_length: maxLength,
    ...(text ? { value: text.slice(0, maxLength) } : {}),
  };
}

/** Returns the values and the ids of uploaded files by field. `cleared` are the names of fields that were emptied. */
export function readModal(submitted: readonly SubmittedField[], fields: readonly OfferedField[]) {
  const values: Record<string, Value> = {};
  const uploads: Record<string, string[]> = {};
  const cleared: string[] = [];
  for (const { custom_id: name, value, values: chosen } of submitted) {
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
