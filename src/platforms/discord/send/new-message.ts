/** Posts a part of a result as a message of its own, with the bot's own token. */
import { z } from 'zod';
import type { MessageRef, Origin, Receipt } from '../../../chat.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import { contextOfBot, messageRef, type ReplyContext, readReplyContext } from '../read/reply-context.ts';
import type { Api } from '../rest/api.ts';
import { needsFetch } from '../sentences.ts';
import type { MessagePart } from './choose-files.ts';
import { createMessageCreator } from './create-message.ts';
import type { Fallbacks } from './fallbacks.ts';

const directChannel = z.object({ id: z.string() });

type Parts = { api: Api; fallbacks: Fallbacks; clock: Clock };

/** Returns `postNewMessage`. */
export function createNewMessages({ api, fallbacks, clock }: Parts) {
  const createMessageOnce = createMessageCreator({ api, clock });

  async function openDirectChannel(person: string, signal: AbortSignal): Promise<string> {
    const answer = await api({ method: 'POST', route: '/users/@me/channels', body: { recipient_id: person }, signal });
    return directChannel.parse(answer).id;
  }

  async function channelFor(
    to: Origin,
    context: ReplyContext,
    isDirect: boolean,
    signal: AbortSignal,
  ): Promise<string> {
    if (isDirect || to.place.kind === 'direct') return openDirectChannel(to.person.id, signal);
    if (!context.bot) throw new UndeliverableError(needsFetch);
    return to.place.thread ?? to.place.channel;
  }

  /**
   * Posts a part once for each `key`: to the person where it is private, else in the place of the call. Throws
   * `DiscordError`, and `UndeliverableError` where the bot cannot post by itself.
   */
  return async function postNewMessage(
    to: Origin,
    part: MessagePart,
    key: string,
    receipt: Receipt,
    signal: AbortSignal,
  ): Promise<MessageRef> {
    const context = readReplyContext(to.reply) ?? contextOfBot('', undefined, false);
    const isDirect = part.message.private === true || to.private || to.place.kind === 'direct';
    const channel = await channelFor(to, context, isDirect, signal);
    const guild = isDirect ? undefined : context.guild;
    const created = await createMessageOnce(channel, { key, receipt, app: context.app, guild, signal }, (create) =>
      fallbacks.withPlainFallback(part, { key, attempt: receipt.attempt }, create),
    );
    return messageRef(created.channel_id, created.id, contextOfBot(context.app, guild, isDirect));
  };
}
