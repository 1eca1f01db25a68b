/** Changes a message: with the interaction's token while it lives, with the bot's own afterwards. Can be repeated. */
import { z } from 'zod';
import type { MessageRef } from '../../../chat.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import { type Reply, readReply } from '../read/origin.ts';
import type { Body } from '../render/message.ts';
import type { Api, Ask } from './api.ts';
import { meaningOf } from './discord-error.ts';
import type { Upload } from './multipart.ts';

const changed = z.object({ id: z.string() });

type Way = Pick<Ask, 'route' | 'auth'>;

/** Everything by which a message can be reached now, best first. */
function waysTo({ channel, id }: MessageRef, { app, token, until, bot, hidden }: Reply, now: number): Way[] {
  const ofToken: Way[] =
    token && now < until ? [{ route: `/webhooks/${app}/${token}/messages/${id}`, auth: false }] : [];
  const ofBot: Way[] = bot && !hidden && id !== '@original' ? [{ route: `/channels/${channel}/messages/${id}` }] : [];
  return [...ofToken, ...ofBot];
}

/** Opens an archived thread again, which everybody who may write in it can do unless it is locked. */
export async function reopen(api: Api, channel: string, signal: AbortSignal): Promise<void> {
  await api({ method: 'PATCH', route: `/channels/${channel}`, body: { archived: false }, signal });
}

export function createChange({ api, clock }: { api: Api; clock: Clock }) {
  async function by(
    way: Way,
    channel: string,
    body: Body,
    uploads: readonly Upload[],
    signal: AbortSignal,
  ): Promise<unknown> {
    const ask: Ask = { method: 'PATCH', ...way, body, uploads, signal };
    try {
      return await api(ask);
    } catch (error) {
      if (meaningOf(error) !== 'archived') throw error;
      await reopen(api, channel, signal);
      return await api(ask);
    }
  }

  return {
    /** The message, by its own id from now on; undefined when it is gone or out of reach. Throws `DiscordError`. */
    async change(
      ref: MessageRef,
      body: Body,
      uploads: readonly Upload[],
      signal: AbortSignal,
    ): Promise<MessageRef | undefined> {
      const reply = readReply(ref.data);
      for (const way of reply ? waysTo(ref, reply, clock.now()) : []) {
        try {
          const { data } = changed.safeParse(await by(way, ref.channel, body, uploads, signal));
          return { ...ref, id: data?.id ?? ref.id };
        } catch (error) {
          const meaning = meaningOf(error);
          if (meaning === 'gone') return undefined;
          if (meaning !== 'expired') throw error;
        }
      }
      return undefined;
    },

    /** Takes messages away, best effort. */
    async remove(ref: MessageRef, ids: readonly string[], signal: AbortSignal): Promise<void> {
      const reply = readReply(ref.data);
      for (const id of reply ? ids : []) {
        const [way] = reply ? waysTo({ ...ref, id }, reply, clock.now()) : [];
        if (!way) throw new UndeliverableError('The message cannot be reached any more.');
        await api({ method: 'DELETE', ...way, signal });
      }
    },
  };
}
