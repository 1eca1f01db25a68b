/** What is kept of an open form until it is sent: Slack's views hold a key of it and nothing else. */
import { z } from 'zod';
import type { Json } from '../../../chat.ts';
import { keptField } from '../../../commands/kit/sheet.ts';
import { files, type Interaction, type SlackFile } from '../read/interaction.ts';
import { callSchema } from '../render/button-calls.ts';
import type { FieldWithBlock } from '../render/view.ts';

/** Pictures of a message, by the option they are for. They wait in the draft, because a form cannot hold them. */
export type FilesByOption = Record<string, SlackFile[]>;

/** Where the form was opened from, which is where its result goes. */
export type DraftOrigin = Pick<Interaction, 'channel' | 'thread' | 'isDirect' | 'isHidden' | 'respond'>;

const field = keptField.extend({ block: z.string() });

/** `fields` are those that were drawn, `round` how often they have been. */
const draft = z.object({
  call: callSchema,
  held: z.record(z.string(), files),
  fields: z.array(field),
  round: z.number(),
  asked: z.object({
    channel: z.string(),
    thread: z.string().optional(),
    isDirect: z.boolean(),
    isHidden: z.boolean(),
    respond: z.string().optional(),
  }),
});
export type Draft = z.output<typeof draft>;

/** What was kept; undefined when it is gone or from an older version. */
export const readDraft = (kept: Json | undefined): Draft | undefined => draft.safeParse(kept).data;

/** What is kept: of the fields all but their values, which the view sends back. */
export function draftOf({
  interaction,
  fields,
  ...rest
}: Omit<Draft, 'asked' | 'fields'> & { interaction: DraftOrigin; fields: FieldWithBlock[] }): Json {
  const { channel, thread, isDirect, isHidden, respond } = interaction;
  const plain = fields.map(({ value: _, reshapes: __, ...field }) => field);
  return JSON.parse(
    JSON.stringify({ ...rest, fields: plain, asked: { channel, thread, isDirect, isHidden, respond } }),
  );
}
