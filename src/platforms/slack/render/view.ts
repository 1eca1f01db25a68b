/** Draws a form as Slack's modal view: one input for each field, in a block whose id says whether the field changed. */
import type { InputBlock, KnownBlock, View } from '@slack/types';
import type { Field, Form } from '../../../commands/kit/sheet.ts';
import { maxBlocksPerView, maxSectionLength, maxViewTitleLength } from '../limits.ts';
import { formSentences } from '../sentences.ts';
import { picturesAlreadyIn, plainTextOf, renderInput } from './field-input.ts';

/** The callback id of all forms. */
export const formCallback = 'form';

/** The block and the action of the field that asks where the result goes. No option has an underscore in its name. */
export const destinationBlock = 'where_to';

/** Blocks that are left for the destination, and for the pictures that are there already. */
const reservedBlocks = 5;

/** A field, and the id of the block in which it is drawn. */
export type FieldWithBlock = Field & { block: string };

/**
 * Gives each field the id of its block. Slack keeps what a person typed as long as the block keeps its id, even a
 * choice that the field no longer has. A field that changed since the drawing `before` gets a new id. `round` numbers
 * drawings.
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

/** A form whose fields have blocks. */
type FormWithBlocks = Omit<Form, 'fields'> & { fields: FieldWithBlock[] };

/** Draws a form. `draftKey` is the key of its draft. With `asksDestination`, a field asks for the conversation. */
export function renderView(form: FormWithBlocks, draftKey: string, asksDestination: boolean): View {
  const fields = form.fields.slice(0, maxBlocksPerView - reservedBlocks);
  const inputs = fields.map((field) => renderInput(form.call.command, field, field.block));
  return {
    type: 'modal',
    callback_id: formCallback,
    private_metadata: draftKey,
    title: plainTextOf(form.title, maxViewTitleLength),
    submit: plainTextOf(form.submit, maxViewTitleLength),
    close: plainTextOf(formSentences.cancel, maxViewTitleLength),
    blocks: [...picturesAlreadyThere(form), ...inputs, ...(asksDestination ? [destinationInput] : [])],
  };
}

const destinationInput: InputBlock = {
  type: 'input',
  block_id: destinationBlock,
  optional: true,
  label: { type: 'plain_text', text: formSentences.destination },
  hint: { type: 'plain_text', text: formSentences.destinationHint },
  element: {
    type: 'conversations_select',
    action_id: destinationBlock,
    default_to_current_conversation: true,
    response_url_enabled: true,
  },
};

/** Draws a view that only says something: the form is not ready yet, or has become useless. */
export function noticeView(title: string, words: string): View {
  return {
    type: 'modal',
    title: plainTextOf(title, maxViewTitleLength),
    close: plainTextOf(formSentences.close, maxViewTitleLength),
    blocks: [{ type: 'section', text: plainTextOf(words, maxSectionLength) }],
  };
}

/** Returns a line above the form for each field that has pictures. Slack cannot fill in a file input. */
function picturesAlreadyThere({ fields }: FormWithBlocks): KnownBlock[] {
  const withPictures = fields.filter((field) => picturesAlreadyIn(field).length > 0);
  return withPictures.map((field) => {
    const words = formSentences.picturesAlreadyThere(picturesAlreadyIn(field).length, field.name);
    return { type: 'context', elements: [plainTextOf(words, maxSectionLength)] };
  });
}
