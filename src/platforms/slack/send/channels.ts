/** The channels that the bot posts to: it opens direct messages, and joins public channels. */
import { z } from 'zod';
import type { Origin } from '../../../chat.ts';
import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { membershipCacheMs } from '../timings.ts';
import { codeOf } from '../web/slack-error.ts';
import type { Web } from '../web/web.ts';
import type { Destination } from './message-ref.ts';

/** Direct messages, and memberships, that are remembered. */
const maxChannels = 10_000;

/** Codes of joining that mean that the bot need not join, or cannot join this way. */
const unneededJoinCodes = new Set([
  'already_in_channel',
  'channel_not_found',
  'method_not_supported_for_channel_type',
  'missing_scope',
]);

const openedConversation = z.object({ channel: z.object({ id: z.string() }) });
const anything = z.object({});

/** The channels of all workspaces. All functions reject with the errors of Slack's client. */
export type Channels = {
  /** Returns the channel of the direct message with a person. */
  openDirect(tenant: string, person: string, signal?: AbortSignal): Promise<string>;
  /** Joins a public channel: files need membership even where messages do not. Does nothing for other channels. */
  join(tenant: string, channel: string, signal?: AbortSignal): Promise<void>;
  /** Forgets a membership, after Slack said that there is none. */
  forgetMembership(tenant: string, channel: string): void;
  /** Returns the destination of a delivery. */
  destinationOf(to: Origin, isPrivate: boolean, signal: AbortSignal): Promise<Destination>;
};

/** Returns the channels. They remember what Slack said of them. */
export function createChannels({ web, clock }: { web: Web; clock: Clock }): Channels {
  const directs = createBoundedMap<string, string>({ maxEntries: maxChannels });
  const joined = createBoundedMap<string, true>({ maxEntries: maxChannels, ttlMs: membershipCacheMs, clock });

  async function openDirect(tenant: string, person: string, signal?: AbortSignal): Promise<string> {
    const key = `${tenant}/${person}`;
    const known = directs.get(key);
    if (known) return known;
    const args = { users: person };
    const { channel } = await web.call(tenant, 'conversations.open', args, openedConversation, { signal });
    directs.set(key, channel.id);
    return channel.id;
  }

  return {
    openDirect,
    async join(tenant, channel, signal) {
      const key = `${tenant}/${channel}`;
      // A private channel cannot be joined. Slack says so when the bot posts there.
      if (!channel.startsWith('C') || joined.has(key)) return;
      try {
        await web.call(tenant, 'conversations.join', { channel }, anything, { signal });
      } catch (error) {
        if (!unneededJoinCodes.has(codeOf(error) ?? '')) throw error;
      }
      joined.set(key, true);
    },
    forgetMembership: (tenant, channel) => joined.delete(`${tenant}/${channel}`),
    async destinationOf({ place, tenant, person }, isPrivate, signal) {
      if (place.kind === 'direct' || isPrivate) return { channel: await openDirect(tenant, person.id, signal) };
      return { channel: place.channel, thread: place.thread };
    },
  };
}
