/** Reads from an interaction who made a call, where, and how it can be answered: Discord's words in those of `chat.ts`. */
import { MessageFlags } from 'discord.js';
import type { Origin, Place } from '../../../chat.ts';
import { interactionTokenMs } from '../timings.ts';
import type { GatewayCache } from './gateway-cache.ts';
import type { Interaction } from './interaction.ts';
import { isModerator, isThread } from './permissions.ts';
import { contextOfJob, type ReplyContext } from './reply-context.ts';

/** Context of a conversation that the bot is no part of: a group, or two other people ("Interaction Context Types"). */
const privateChannelContext = 2;

/** Tenant of everything outside of servers. */
const noGuild = '@me';

const isWithBotAlone = ({ guild_id: guild, context }: Interaction) => !guild && context !== privateChannelContext;

/** Returns whether the bot can post with its own token in the place of the interaction. */
function canBotPost(interaction: Interaction, { isMember }: GatewayCache): boolean {
  const { guild_id: guild, authorizing_integration_owners: owners } = interaction;
  if (!guild) return isWithBotAlone(interaction);
  // Key 0 is an installation for the server. Older payloads have no owners: they came from a server with the bot.
  if (owners && owners['0'] === undefined) return false;
  return isMember(guild) ?? true;
}

/** Returns the id of the channel in which the interaction happened. Messages are sent to it. */
export const channelIdOf = ({ channel_id: id, channel }: Interaction) => id ?? channel?.id ?? '0';

/** Returns whether the person pressed a button of an ephemeral message, which only they see. */
export const isFromEphemeral = ({ message }: Interaction) => ((message?.flags ?? 0) & MessageFlags.Ephemeral) !== 0;

function placeOf(interaction: Interaction): Place {
  const { channel } = interaction;
  const id = channelIdOf(interaction);
  if (isWithBotAlone(interaction)) return { kind: 'direct' };
  if (isThread(interaction) && channel?.parent_id) return { kind: 'channel', channel: channel.parent_id, thread: id };
  return { kind: 'channel', channel: id };
}

/** Returns the ways of answering an interaction that came in at `nowMs`. */
export function replyContextOf(interaction: Interaction, nowMs: number, cache: GatewayCache): ReplyContext {
  return {
    app: interaction.application_id,
    token: interaction.token,
    until: nowMs + interactionTokenMs,
    bot: canBotPost(interaction, cache),
    hidden: false,
    alone: isWithBotAlone(interaction),
    guild: interaction.guild_id ?? undefined,
    more: [],
  };
}

/** Returns the origin of a call. `isPrivate` is what was decided about its answer. Undefined when Discord names no person. */
export function originOf(
  interaction: Interaction,
  isPrivate: boolean,
  context: ReplyContext,
  cache: GatewayCache,
): Origin | undefined {
  const { member } = interaction;
  const user = member?.user ?? interaction.user;
  if (!user) return undefined;
  return {
    platform: 'discord',
    event: interaction.id,
    tenant: interaction.guild_id ?? noGuild,
    place: placeOf(interaction),
    person: {
      id: user.id,
      name: member?.nick ?? user.global_name ?? user.username,
      roles: member?.roles ?? [],
      moderator: isModerator(member?.permissions),
    },
    locale: interaction.locale ?? 'en-US',
    private: isPrivate,
    adult: isAgeRestricted(interaction, cache),
    uploadLimit: interaction.attachment_size_limit ?? undefined,
    reply: contextOfJob(context),
  };
}

/** Returns the age restriction of the channel. Undefined where neither the interaction nor the gateway tells it. */
function isAgeRestricted(interaction: Interaction, cache: GatewayCache): boolean | undefined {
  const { channel } = interaction;
  if (channel?.nsfw) return true;
  // A thread has the restriction of the channel that it is in, but its own `nsfw` does not say so.
  const parent = isThread(interaction) ? channel?.parent_id : undefined;
  return cache.isAgeRestricted(parent || channelIdOf(interaction)) ?? channel?.nsfw ?? undefined;
}
