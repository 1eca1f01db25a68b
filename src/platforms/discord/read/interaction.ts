/** Interactions as Discord sends them: a command, a press, typing or a filled-in modal. Parsed once, as they enter. */
import { z } from 'zod';

/** Numbers of the kinds of interactions that the bot answers ("Interaction Type" in Discord's documentation). */
export const interactionTypes = { command: 2, component: 3, autocomplete: 4, modalSubmit: 5 } as const;

/** Number of a slash command, beside those of right-clicks ("Application Command Types"). */
export const slashCommandType = 1;

const snowflake = z.string().regex(/^\d{1,20}$/);

const user = z.object({
  id: snowflake,
  username: z.string(),
  global_name: z.string().nullish(),
  avatar: z.string().nullish(),
});

const attachment = z.object({
  id: snowflake,
  filename: z.string(),
  size: z.number().nonnegative(),
  url: z.url(),
  proxy_url: z.string().nullish(),
  content_type: z.string().nullish(),
});

/** A picture of an embed. */
const embedded = z.object({ url: z.string(), proxy_url: z.string().nullish(), content_type: z.string().nullish() });
const message = z.object({
  id: snowflake,
  flags: z.number().nullish(),
  attachments: z.array(attachment).default([]),
  embeds: z.array(z.object({ image: embedded.nullish(), thumbnail: embedded.nullish() })).default([]),
  components: z.array(z.unknown()).default([]),
});

const resolved = z
  .object({
    attachments: z.record(z.string(), attachment).default({}),
    messages: z.record(z.string(), message).default({}),
    users: z.record(z.string(), user).default({}),
  })
  .default({ attachments: {}, messages: {}, users: {} });

const optionValue = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  focused: z.boolean().optional(),
});

/** A value, or a subcommand with its values. */
const option = optionValue.extend({ options: z.array(optionValue).optional() });

const command = z.object({
  type: z.union([z.literal(slashCommandType), z.literal(2), z.literal(3)]).default(slashCommandType),
  name: z.string(),
  options: z.array(option).default([]),
  target_id: snowflake.optional(),
  resolved,
});

/** A field of a modal. Kinds of one choice and of text have `value`, the others `values`. */
const submittedField = z.object({
  custom_id: z.string(),
  value: z.union([z.string(), z.boolean()]).nullish(),
  values: z.array(z.string()).nullish(),
});

const common = z.object({
  id: snowflake,
  application_id: snowflake,
  token: z.string(),
  guild_id: snowflake.nullish(),
  channel_id: snowflake.nullish(),
  channel: z
    .object({ id: snowflake, type: z.number(), parent_id: snowflake.nullish(), nsfw: z.boolean().nullish() })
    .nullish(),
  member: z
    .object({
      user,
      nick: z.string().nullish(),
      roles: z.array(z.string()).default([]),
      permissions: z.string().nullish(),
    })
    .nullish(),
  user: user.nullish(),
  locale: z.string().nullish(),
  app_permissions: z.string().regex(/^\d+$/).nullish(),
  context: z.number().nullish(),
  authorizing_integration_owners: z.record(z.string(), z.string()).nullish(),
  attachment_size_limit: z.number().positive().nullish(),
  message: message.nullish(),
});

const interaction = z.discriminatedUnion('type', [
  common.extend({ type: z.literal(interactionTypes.command), data: command }),
  common.extend({ type: z.literal(interactionTypes.component), data: z.object({ custom_id: z.string() }) }),
  common.extend({ type: z.literal(interactionTypes.autocomplete), data: command }),
  common.extend({
    type: z.literal(interactionTypes.modalSubmit),
    data: z.object({
      custom_id: z.string(),
      components: z.array(
        z.object({ component: submittedField.nullish(), components: z.array(submittedField).nullish() }),
      ),
      resolved,
    }),
  }),
]);

/** An interaction of one of the kinds that the bot answers. */
export type Interaction = z.output<typeof interaction>;

/** A press on a button. */
export type ComponentInteraction = Extract<Interaction, { type: typeof interactionTypes.component }>;

/** Typing into an option that makes suggestions. */
export type AutocompleteInteraction = Extract<Interaction, { type: typeof interactionTypes.autocomplete }>;

/** A modal that a person has sent. */
export type ModalSubmitInteraction = Extract<Interaction, { type: typeof interactionTypes.modalSubmit }>;

/** A command with its options and, in `resolved`, the things that the options name. */
export type CommandData = z.output<typeof command>;

/** A file that a person attached. Discord holds its bytes. */
export type SentAttachment = z.output<typeof attachment>;

/** A message that a person right-clicked, or on which they pressed a button. */
export type SentMessage = z.output<typeof message>;

/** A field of a modal with the person's input. */
export type SubmittedField = z.output<typeof submittedField>;

/** Parses an interaction. Returns undefined for other data, such as a kind that is new. */
export function readInteraction(data: unknown): Interaction | undefined {
  return interaction.safeParse(data).data;
}
