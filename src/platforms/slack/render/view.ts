/** A form as Slack's modal view: one input for each field, all with ids of their own. */
import type { InputBlock, KnownBlock, PlainTextElement, PlainTextOption, View } from '@slack/types';
import type { Choice } from '../../../commands/kit/define.ts';
import type { Field, Form } from '../../../commands/kit/sheet.ts';
import {
  maxBlocksPerView,
  maxFilesPerInput,
  maxInputLabelLength,
  maxInputLength,
  maxOptionsPerSelect,
  maxOptionTextLength,
  maxOptionValueLength,
  maxSectionLength,
  maxViewTitleLength,
} from '../limits.ts';
import { formSentences } from '../sentences.ts';
import { truncate } from './message.ts';

export const formCallback = 'form';
/** The block and action of the field that asks where the result goes. No option has an underscore in its name. */
export const placeBlock = 'where_to';
/** Blocks that are not fields: the place and the pictures that are there already. */
const besides = 5;

/** A field and the id of the block it is drawn as. */
export type FieldWithBlock = Field & { block: string };

/**
 * The fields with their blocks. Slack keeps what was typed as long as a block keeps its id, even a choice that is not
 * offered any more: a field that changed since it was drawn `before` gets another one. `round` counts the drawings.
 */
export function withBlocks(
  fields: readonly Field[],
  before: readonly FieldWithBlock[] = [],
  round = 0,
): FieldWithBlock[] {
  return fields.map((field) => {
    const old = before.find(({ name }) => name === field.name);
    const isNew = before.length > 0 && (!old || shapeOf(old) !== shapeOf(field));
    return { ...field, block: isNew ? `${field.name}~${round}` : (old?.block ?? field.name) };
  });
}

const shapeOf = ({ kind, choices, max, suggests }: Field) =>
  JSON.stringify([kind, suggests, kind === 'pictures' ? max : undefined, choices.map(({ value }) => value)]);

/** Draws the form; `key` is where its draft is kept, and `asksWhere` adds a field for the conversation. */
export function renderView(
  form: Omit<Form, 'fields'> & { fields: FieldWithBlock[] },
  key: string,
  asksWhere: boolean,
): View {
  const blocks = form.fields.slice(0, maxBlocksPerView - besides).map((field) => input(form.call.command, field));
  return {
    type: 'modal',
    callback_id: formCallback,
    private_metadata: key,
    title: text(form.title, maxViewTitleLength),
    submit: text(form.submit, maxViewTitleLength),
    close: text(formSentences.cancel, maxViewTitleLength),
    blocks: [...kept(form), ...blocks, ...(asksWhere ? [where] : [])],
  };
}

const where: InputBlock = {
  type: 'input',
  block_id: placeBlock,
  optional: true,
  label: { type: 'plain_text', text: formSentences.destination },
  hint: { type: 'plain_text', text: formSentences.destinationHint },
  element: {
    type: 'conversations_select',
    action_id: placeBlock,
    default_to_current_conversation: true,
    response_url_enabled: true,
  },
};

/** A view that only says something, while the real one is made or after it has become useless. */
export function noticeView(title: string, words: string): View {
  return {
    type: 'modal',
    title: text(title, maxViewTitleLength),
    close: text(formSentences.close, maxViewTitleLength),
    blocks: [{ type: 'section', text: text(words, maxSectionLength) }],
  };
}

/** A choice as one of Slack's options. */
export const optionOf = ({ value, label, hint }: Choice): PlainTextOption => ({
  text: text(label, maxOptionTextLength),
  value: value.slice(0, maxOptionValueLength),
  ...(hint ? { description: text(hint, maxOptionTextLength) } : {}),
});

export const text = (words: string, most: number): PlainTextElement => ({
  type: 'plain_text',
  text: truncate(words || ' ', most),
  emoji: false,
});

/** Pictures that are there already cannot be put into a file input: they are named above it. */
function kept({ fields }: Pick<Form, 'fields'>): KnownBlock[] {
  const given = fields.filter(({ kind, value }) => kind === 'pictures' && Array.isArray(value) && value.length > 0);
  return given.map(({ name, value }) => {
    const count = Array.isArray(value) ? value.length : 0;
    return { type: 'context', elements: [text(formSentences.picturesAlreadyThere(count, name), maxSectionLength)] };
  });
}

function input(command: string, field: FieldWithBlock): InputBlock {
  const isKept = field.kind === 'pictures' && Array.isArray(field.value) && field.value.length > 0;
  const label = field.name.charAt(0).toUpperCase() + field.name.slice(1);
  return {
    type: 'input',
    block_id: field.block,
    ...(field.reshapes ? { dispatch_action: true } : {}),
    label: text(label, maxInputLabelLength),
    hint: text(field.description, maxInputLabelLength),
    optional: !field.required || isKept,
    element: element(command, field),
  };
}

/** As extensions. Telephones send the last two. */
const pictureTypes = ['png', 'jpg', 'jpeg', 'gif', 'webp', 'heic', 'heif'];

function element(command: string, field: Field): InputBlock['element'] {
  const { name, kind, value, min, max, choices } = field;
  const given = value === undefined || Array.isArray(value) ? '' : String(value);
  if (field.suggests) {
    return {
      type: 'external_select',
      action_id: `suggest:${command}:${name}`,
      min_query_length: 0,
      ...(given ? { initial_option: optionOf({ value: given, label: given }) } : {}),
    };
  }
  if (kind === 'integer' || kind === 'number') {
    return {
      type: 'number_input',
      action_id: name,
      is_decimal_allowed: kind === 'number',
      ...(min === undefined ? {} : { min_value: String(min) }),
      ...(max === undefined ? {} : { max_value: String(max) }),
      ...(given ? { initial_value: given } : {}),
    };
  }
  if (kind === 'flag') {
    const option: PlainTextOption = { text: text(formSentences.yes, maxOptionTextLength), value: 'true' };
    return {
      type: 'checkboxes',
      action_id: name,
      options: [option],
      ...(given === 'true' ? { initial_options: [option] } : {}),
    };
  }
  if (kind === 'choice') {
    const options = choices.slice(0, maxOptionsPerSelect).map(optionOf);
    const initial = options.find((option) => option.value === given);
    return { type: 'static_select', action_id: name, options, ...(initial ? { initial_option: initial } : {}) };
  }
  if (kind === 'pictures') {
    const most = Math.min(max ?? maxFilesPerInput, maxFilesPerInput);
    return { type: 'file_input', action_id: name, filetypes: pictureTypes, max_files: most };
  }
  return {
    type: 'plain_text_input',
    action_id: name,
    multiline: field.long,
    max_length: Math.min(max ?? maxInputLength, maxInputLength),
    ...(given ? { initial_value: given.slice(0, maxInputLength) } : {}),
  };
}
