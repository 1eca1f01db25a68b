/** Who did something, where, and what is needed to answer later: Discord's words in those of `chat.ts`. */
import { z } from 'zod';
import type { Json, MessageRef, Origin, Place } from '../../../chat.ts';
import { flags, tokenLife } from '../limits.ts';
import type { Interaction } from './interaction.ts';
import { isModerator, isThread } from './permissions.ts';

/**
 * What a message needs to be changed later, and a job to be answered: the interaction's token until `until`
 * (milliseconds), and whether the bot may use its own token there (`bot`). `hidden` messages are ephemeral: only the
 * interaction's token reaches them. `alone`: nobody else reads the channel. `more` are further messages that belong to the same result.
 */
const reply = z.object({
  app: z.string(),
  token: z.string().optional(),
  until: z.number().default(0),
  bot: z.boolean(),
  hidden: z.boolean().default(false),
  alone: z.boolean().default(false),
  guild: z.string().optional(),
  more: z.array(z.string()).default([]),
});
export type Reply = z.output<typeof reply>;

/** What this adapter kept of a message or a call. */
export function readReply(data: Json | undefined): Reply | undefined {
  const result = reply.safeParse(data);
  return result.success ? result.data : undefined;
}

/** Whether others read this message too. One of which nothing was kept counts as public. */
export function isSeenByAll({ data }: MessageRef): boolean {
  const known = readReply(data);
  return !known?.hidden && !known?.alone;
}

/** A message's reference; `id` is `@original` where Discord did not say. */
export function refTo(channel: string, id: string, { more, ...data }: Reply): MessageRef {
  const kept: Json = JSON.parse(JSON.stringify(more.length > 0 ? { ...data, more } : data));
  return { platform: 'discord', channel, id, data: kept };
}

const discordEpoch = 1_420_070_400_000n;
/** When a snowflake was made, in milliseconds. */
export const madeAt = (snowflake: string) => Number((BigInt(snowflake) >> 22n) + discordEpoch);
/** The first snowflake of a moment. */
export const snowflakeAt = (milliseconds: number) =>
  String((BigInt(Math.max(0, Math.floor(milliseconds))) - discordEpoch) << 22n);

/** What the gateway has told about a server and a channel; undefined where it has not. */
export type Known = {
  isMember(guild: string): boolean | undefined;
  isAdult(channel: string): boolean | undefined;
  boost(guild: string): Boost | undefined;
};

/** What a server has that decides how large a file may be in it. */
export type Boost = { tier: number; features: readonly string[] };

/** Whether the bot itself can post where this happened. */
function botPosts(interaction: Interaction, { isMember }: Known): boolean {
  const { guild_id: guild, context, authorizing_integration_owners: owners } = interaction;
  if (!guild) return context !== 2;
  // Older payloads do not say who installed the bot; then it came from a server that has it.
  if (owners && owners['0'] === undefined) return false;
  return isMember(guild) ?? true;
}

function placeOf(interaction: Interaction): Place {
  const { guild_id: guild, context, channel_id: id, channel } = interaction;
  const place = id ?? channel?.id ?? '0';
  if (!guild && context !== 2) return { kind: 'direct' };
  if (isThread(interaction) && channel?.parent_id)
    return { kind: 'channel', channel: channel.parent_id, thread: place };
  return { kind: 'channel', channel: place };
}

/** Where it was done, as the id that messages are sent to. */
export const channelOf = ({ channel_id: id, channel }: Interaction) => id ?? channel?.id ?? '0';

/** Whether the message that was pressed is for one person only. */
export const cameFromHidden = ({ message }: Interaction) => ((message?.flags ?? 0) & flags.ephemeral) !== 0;

export function replyOf(interaction: Interaction, now: number, known: Known): Reply {
  return {
    app: interaction.application_id,
    token: interaction.token,
    until: now + tokenLife,
    bot: botPosts(interaction, known),
    hidden: false,
    alone: !interaction.guild_id && interaction.context !== 2,
    guild: interaction.guild_id ?? undefined,
    more: [],
  };
}

/** What a job keeps of it. */
export const keptReply = ({ more: _, ...kept }: Reply): Json => JSON.parse(JSON.stringify(kept)) as Json;

/** `hidden` is what was decided about the answer. */
export function originOf(
  interaction: Interaction,
  hidden: boolean,
  kept: Reply,
  { isAdult }: Known,
): Origin | undefined {
  const who = interaction.member?.user ?? interaction.user;
  if (!who) return undefined;
  const { member } = interaction;
  const around = (isThread(interaction) && interaction.channel?.parent_id) || channelOf(interaction);
  return {
    platform: 'discord',
    event: interaction.id,
    tenant: interaction.guild_id ?? '@me',
    place: placeOf(interaction),
    person: {
      id: who.id,
      name: member?.nick ?? who.global_name ?? who.username,
      roles: member?.roles ?? [],
      moderator: isModerator(member?.permissions),
    },
    locale: interaction.locale ?? 'en-US',
    private: hidden,
    // A thread is as restricted as the channel it is in, and does not say so itself.
    adult: interaction.channel?.nsfw || (isAdult(around) ?? interaction.channel?.nsfw ?? undefined),
    uploadLimit: interaction.attachment_size_limit ?? undefined,
    reply: keptReply(kept),
  };
}
