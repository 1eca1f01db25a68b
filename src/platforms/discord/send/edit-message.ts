/**
 * Edits and deletes messages: with the interaction's token while that lives, with the bot's own token afterwards. Both can
 * be repeated without harm.
 */
import { z } from 'zod';
import type { MessageRef } from '../../../chat.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import { type ReplyContext, readReplyContext } from '../read/reply-context.ts';
import type { MessageBody } from '../render/message.ts';
import type { Api, ApiRequest } from '../rest/api.ts';
import { meaningOf } from '../rest/discord-error.ts';
import type { Upload } from '../rest/multipart.ts';
import { messageIsOutOfReach } from '../sentences.ts';

const editedMessage = z.object({ id: z.string() });

/** An address of a message, with the interaction's token or with the bot's. */
type MessageRoute = Pick<ApiRequest, 'route' | 'auth'>;

/** Returns the routes that reach a message now, the best first. */
function routesTo({ channel, id }: MessageRef, context: ReplyContext | undefined, nowMs: number): MessageRoute[] {
  if (!context) return [];
  const { app, token, until, bot, hidden } = context;
  const withToken: MessageRoute[] =
    token && nowMs < until ? [{ route: `/webhooks/${app}/${token}/messages/${id}`, auth: false }] : [];
  const canUseBot = bot && !hidden && id !== '@original';
  const withBot: MessageRoute[] = canUseBot ? [{ route: `/channels/${channel}/messages/${id}` }] : [];
  return [...withToken, ...withBot];
}

/** Opens an archived thread again. Everybody who may write in it can do that, unless it is locked. */
export async function reopenThread(api: Api, channel: string, signal: AbortSignal): Promise<void> {
  await api({ method: 'PATCH', route: `/channels/${channel}`, body: { archived: false }, signal });
}

/** Returns the two functions. */
export function createMessageEditor({ api, clock }: { api: Api; clock: Clock }) {
  async function editBy(
    route: MessageRoute,
    channel: string,
    body: MessageBody,
    uploads: readonly Upload[],
    signal: AbortSignal,
  ): Promise<unknown> {
    const request: ApiRequest = { method: 'PATCH', ...route, body, uploads, signal };
    try {
      return await api(request);
    } catch (error) {
      if (meaningOf(error) !== 'archived') throw error;
      await reopenThread(api, channel, signal);
      return await api(request);
    }
  }

  return {
    /**
     * Edits a message. Returns its reference, with the message's own id from now on. Undefined when it is gone or out of
     * reach. Throws `DiscordError`.
     */
    async editMessage(
      ref: MessageRef,
      body: MessageBody,
      uploads: readonly Upload[],
      signal: AbortSignal,
    ): Promise<MessageRef | undefined> {
      for (const route of routesTo(ref, readReplyContext(ref.data), clock.now())) {
        try {
          const { data } = editedMessage.safeParse(await editBy(route, ref.channel, body, uploads, signal));
          return { ...ref, id: data?.id ?? ref.id };
        } catch (error) {
          const meaning = meaningOf(error);
          if (meaning === 'gone') return undefined;
          if (meaning !== 'expired') throw error;
        }
      }
      return undefined;
    },

    /**
     * Deletes messages that are reached as `ref` is. Does nothing for a message without a context. Throws
     * `UndeliverableError` when one is out of reach, and `DiscordError`.
     */
    async deleteMessages(ref: MessageRef, ids: readonly string[], signal: AbortSignal): Promise<void> {
      const context = readReplyContext(ref.data);
      if (!context) return;
      for (const id of ids) {
        const [route] = routesTo({ ...ref, id }, context, clock.now());
        if (!route) throw new UndeliverableError(messageIsOutOfReach);
        await api({ method: 'DELETE', ...route, signal });
      }
    },
  };
}

/** Edits and deletes messages. */
export type MessageEditor = ReturnType<typeof createMessageEditor>;
