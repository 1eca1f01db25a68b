/** What Discord sends when somebody does something, read once as it enters. */
import { z } from 'zod';

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

/** A picture in somebody's message: an attachment, an embed's image, or what a component shows. */
const shown = z.object({ url: z.string(), proxy_url: z.string().nullish(), content_type: z.string().nullish() });
const message = z.object({
  id: snowflake,
  flags: z.number().nullish(),
  attachments: z.array(attachment).default([]),
  embeds: z.array(z.object({ image: shown.nullish(), thumbnail: shown.nullish() })).default([]),
  components: z.array(z.unknown()).default([]),
});

const resolved = z
  .object({
    attachments: z.record(z.string(), attachment).default({}),
    messages: z.record(z.string(), message).default({}),
    users: z.record(z.string(), user).default({}),
  })
  .default({ attachments: {}, messages: {}, users: {} });

const value = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  focused: z.boolean().optional(),
});

/** A value, or a subcommand with its values. */
const option = value.extend({ options: z.array(value).optional() });

const typed = { 1: z.literal(1), 2: z.literal(2), 3: z.literal(3) };

const command = z.object({
  type: z.union([typed[1], typed[2], typed[3]]).default(1),
  name: z.string(),
  options: z.array(option).default([]),
  target_id: snowflake.optional(),
  resolved,
});

const filledIn = z.object({
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

/** Discord's numbers for the five kinds: receiving-and-responding, "Interaction Type". */
const interaction = z.discriminatedUnion('type', [
  common.extend({ type: z.literal(2), data: command }),
  common.extend({ type: z.literal(3), data: z.object({ custom_id: z.string() }) }),
  common.extend({ type: z.literal(4), data: command }),
  common.extend({
    type: z.literal(5),
    data: z.object({
      custom_id: z.string(),
      components: z.array(z.object({ component: filledIn.nullish(), components: z.array(filledIn).nullish() })),
      resolved,
    }),
  }),
]);

export type Interaction = z.output<typeof interaction>;
export type CommandData = z.output<typeof command>;
export type SentAttachment = z.output<typeof attachment>;
export type SentMessage = z.output<typeof message>;
export type FilledIn = z.output<typeof filledIn>;

/** Undefined for what this bot does not deal with: a kind that is new, or one that makes no sense. */
export function readInteraction(data: unknown): Interaction | undefined {
  const result = interaction.safeParse(data);
  return result.success ? result.data : undefined;
}
