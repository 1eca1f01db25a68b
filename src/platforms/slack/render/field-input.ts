/** Draws one field of a form as an input of Slack. */
import type { InputBlock, PlainTextElement, PlainTextOption } from '@slack/types';
import type { Choice } from '../../../commands/kit/define.ts';
import type { Field } from '../../../commands/kit/sheet.ts';
import {
  maxFilesPerInput,
  maxInputLabelLength,
  maxInputLength,
  maxOptionsPerSelect,
  maxOptionTextLength,
  maxOptionValueLength,
  pictureExtensions,
} from '../limits.ts';
import { formSentences } from '../sentences.ts';
import { truncate } from './truncate.ts';

/**
 * Returns a plain text of at most `maxLength` characters. An empty one becomes a space, as Slack takes no empty text.
 */
export const plainTextOf = (text: string, maxLength: number): PlainTextElement => ({
  type: 'plain_text',
  text: truncate(text || ' ', maxLength),
  emoji: false,
});

/** Returns a choice as an option of a select. */
export const optionOf = ({ value, label, hint }: Choice): PlainTextOption => ({
  text: plainTextOf(label, maxOptionTextLength),
  value: value.slice(0, maxOptionValueLength),
  ...(hint ? { description: plainTextOf(hint, maxOptionTextLength) } : {}),
});

/** Returns the pictures that a field has already. A form cannot show them. */
export const picturesAlreadyIn = ({ kind, value }: Field): string[] =>
  kind === 'pictures' && Array.isArray(value) ? value : [];

/** Draws a field as an input block with this id. */
export function renderInput(command: string, field: Field, block: string): InputBlock {
  const label = field.name.charAt(0).toUpperCase() + field.name.slice(1);
  return {
    type: 'input',
    block_id: block,
    ...(field.reshapes ? { dispatch_action: true } : {}),
    label: plainTextOf(label, maxInputLabelLength),
    hint: plainTextOf(field.description, maxInputLabelLength),
    optional: !field.required || picturesAlreadyIn(field).length > 0,
    element: renderElement(command, field),
  };
}

type Element = InputBlock['element'];

function renderElement(command: string, field: Field): Element {
  const given = field.value === undefined || Array.isArray(field.value) ? '' : String(field.value);
  if (field.suggests) return renderSuggestions(command, field, given);
  switch (field.kind) {
    case 'integer':
    case 'number':
      return renderNumber(field, given);
    case 'flag':
      return renderCheckbox(field, given);
    case 'choice':
      return renderSelect(field, given);
    case 'pictures':
      return renderFileInput(field);
    default:
      return renderText(field, given);
  }
}

const renderSuggestions = (command: string, { name }: Field, given: string): Element => ({
  type: 'external_select',
  action_id: `suggest:${command}:${name}`,
  min_query_length: 0,
  ...(given ? { initial_option: optionOf({ value: given, label: given }) } : {}),
});

const renderNumber = ({ name, kind, min, max }: Field, given: string): Element => ({
  type: 'number_input',
  action_id: name,
  is_decimal_allowed: kind === 'number',
  ...(min === undefined ? {} : { min_value: String(min) }),
  ...(max === undefined ? {} : { max_value: String(max) }),
  ...(given ? { initial_value: given } : {}),
});

function renderCheckbox({ name }: Field, given: string): Element {
  const option: PlainTextOption = { text: plainTextOf(formSentences.yes, maxOptionTextLength), value: 'true' };
  return {
    type: 'checkboxes',
    action_id: name,
    options: [option],
    ...(given === 'true' ? { initial_options: [option] } : {}),
  };
}

function renderSelect({ name, choices }: Field, given: string): Element {
  const options = choices.slice(0, maxOptionsPerSelect).map(optionOf);
  const initial = options.find((option) => option.value === given);
  return { type: 'static_select', action_id: name, options, ...(initial ? { initial_option: initial } : {}) };
}

const renderFileInput = ({ name, max = maxFilesPerInput }: Field): Element => ({
  type: 'file_input',
  action_id: name,
  filetypes: pictureExtensions,
  max_files: Math.min(max, maxFilesPerInput),
});

const renderText = ({ name, long, max = maxInputLength }: Field, given: string): Element => ({
  type: 'plain_text_input',
  action_id: name,
  multiline: long,
  max_length: Math.min(max, maxInputLength),
  ...(given ? { initial_value: given.slice(0, maxInputLength) } : {}),
});
