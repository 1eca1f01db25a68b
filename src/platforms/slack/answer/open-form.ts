/**
 * The draft of an open form, which the database keeps until a person submits it. A view of Slack holds only its key.
 *
 * A stored draft: `{ call, held: { picture: [file] }, fields: [field], round: 1, asked: { channel: 'C1', … } }`. Its
 * keys stay as they are: a new version of the bot reads the forms that an older one opened.
 */
import { z } from 'zod';
import type { Call, Json } from '../../../chat.ts';
import { keptField } from '../../../commands/kit/sheet.ts';
import type { Interaction } from '../read/interaction.ts';
import { type SlackFile, slackFiles } from '../read/slack-file.ts';
import { callSchema } from '../render/button-calls.ts';
import type { FieldWithBlock } from '../render/view.ts';

/** Files of a message, by the option that they are for. They wait in the draft, because a form cannot hold them. */
export type FilesByOption = Record<string, SlackFile[]>;

/** The place from which a person opened the form. Its result goes there. */
export type FormOrigin = Pick<Interaction, 'channel' | 'thread' | 'isDirect' | 'isEphemeral' | 'responseUrl'>;

/** An open form: `fields` as they were drawn last, and `round`, the number of drawings so far. */
export type Draft = {
  call: Call;
  files: FilesByOption;
  fields: FieldWithBlock[];
  round: number;
  origin: FormOrigin;
};

const storedDraft = z.object({
  call: callSchema,
  held: z.record(z.string(), slackFiles),
  fields: z.array(keptField.extend({ block: z.string() })),
  round: z.number(),
  asked: z.object({
    channel: z.string(),
    thread: z.string().optional(),
    isDirect: z.boolean(),
    isHidden: z.boolean(),
    respond: z.string().optional(),
  }),
});

/** Returns the draft. Undefined if nothing is stored, or something that this version cannot read. */
export function readDraft(content: Json | undefined): Draft | undefined {
  const { data } = storedDraft.safeParse(content);
  if (!data) return undefined;
  const { call, held, fields, round, asked } = data;
  const { channel, thread, isDirect, isHidden, respond } = asked;
  const origin = { channel, thread, isDirect, isEphemeral: isHidden, responseUrl: respond };
  return { call, files: held, fields, round, origin };
}

/** Returns what is stored of a draft. The values of fields are left out, as the view sends them back. */
export function writeDraft({ call, files, fields, round, origin }: Draft): Json {
  const { channel, thread, isDirect, isEphemeral, responseUrl } = origin;
  const withoutValues = fields.map(({ value: _, reshapes: __, ...field }) => field);
  const asked = { channel, thread, isDirect, isHidden: isEphemeral, respond: responseUrl };
  return JSON.parse(JSON.stringify({ call, held: files, fields: withoutValues, round, asked }));
}
