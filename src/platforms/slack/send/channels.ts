/** Where in Slack something goes: channel ids of direct messages, and membership of channels. */
import { z } from 'zod';
import type { MessageRef, Origin } from '../../../chat.ts';
import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { membershipCacheMs } from '../timings.ts';
import { codeOf } from './slack-error.ts';
import type { Web } from './web.ts';

/** A conversation, and the message in it whose thread is meant. */
export type Destination = { channel: string; thread?: string };

/** Direct messages, and memberships, that are remembered. */
const maxChannels = 10_000;

const opened = z.object({ channel: z.object({ id: z.string() }) });
const anything = z.object({});

export type Channels = ReturnType<typeof createChannels>;

/** `direct` opens the conversation with a person, `enter` joins a public channel, `find` is where a delivery goes. */
export function createChannels({ web, clock }: { web: Web; clock: Clock }) {
  const directs = createBoundedMap<string, string>({ maxEntries: maxChannels });
  const entered = createBoundedMap<string, true>({ maxEntries: maxChannels, ttlMs: membershipCacheMs, clock });

  async function direct(tenant: string, person: string, signal?: AbortSignal): Promise<string> {
    const key = `${tenant}/${person}`;
    const known = directs.get(key);
    if (known) return known;
    const { channel } = await web.call(tenant, 'conversations.open', { users: person }, opened, { signal });
    directs.set(key, channel.id);
    return channel.id;
  }

  /** Files need membership even where messages do not. Private channels cannot be joined: they answer when posted to. */
  async function enter(tenant: string, channel: string, signal?: AbortSignal): Promise<void> {
    const key = `${tenant}/${channel}`;
    if (!channel.startsWith('C') || entered.has(key)) return;
    try {
      await web.call(tenant, 'conversations.join', { channel }, anything, { signal });
    } catch (error) {
      if (!unjoinable.has(codeOf(error) ?? '')) throw error;
    }
    entered.set(key, true);
  }

  return {
    direct,
    enter,
    /** Forgets a membership after Slack said that there is none. */
    left: (tenant: string, channel: string) => entered.delete(`${tenant}/${channel}`),
    async find(to: Origin, isPrivate: boolean, signal: AbortSignal): Promise<Destination> {
      const { place, tenant, person } = to;
      if (place.kind === 'direct' || isPrivate) return { channel: await direct(tenant, person.id, signal) };
      return { channel: place.channel, thread: place.thread };
    },
  };
}

/** What joining says where it is not needed, or not the way in. */
const unjoinable = new Set([
  'already_in_channel',
  'channel_not_found',
  'method_not_supported_for_channel_type',
  'missing_scope',
]);

const data = z.object({ tenant: z.string(), thread: z.string().optional(), files: z.array(z.string()).optional() });

/** Points at a message. `files` are the ids of what hangs on it. */
export const refTo = (tenant: string, destination: Destination, ts: string, files?: string[]): MessageRef => ({
  platform: 'slack',
  channel: destination.channel,
  id: ts,
  data: { tenant, ...(destination.thread ? { thread: destination.thread } : {}), ...(files?.length ? { files } : {}) },
});

/** Whether others read a message too: Slack's ids say what they are, and the bot posts into no D but the person's own. */
export const isSeenByAll = ({ channel }: Pick<MessageRef, 'channel'>) => !channel.startsWith('D');

/** What only this adapter reads in a reference to one of its messages. */
export const readRef = (ref: MessageRef) => data.parse(ref.data);
