/**
 * Says a message once. It takes the place of the acknowledgement (`replace-message.ts`), or is a new message where that
 * is not possible (`new-message.ts`). Where the bot cannot post by itself, more goes into follow-ups (`follow-up.ts`).
 * `choose-files.ts` splits a message into parts, `upload-limits.ts` knows how large a file may be, and `fallbacks.ts`
 * sends less when Discord refuses more. `edit-message.ts` and `create-message.ts` make the requests, `api.ts` sends
 * them, and `discord-error.ts` says what an error means. Everything here can be repeated with the same receipt. Nothing
 * here knows commands or jobs.
 */
import type { Message, MessageRef, Origin, Receipt } from '../../../chat.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { createKeyedMutex } from '../../../concurrency/keyed-mutex.ts';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import type { Log } from '../../../log.ts';
import { maxFollowUpsOfUserInstall } from '../limits.ts';
import { hasLiveToken, isPublic, messageRef, type ReplyContext, readReplyContext } from '../read/reply-context.ts';
import type { CallStore } from '../render/custom-id.ts';
import type { Api } from '../rest/api.ts';
import { toDeliveryError } from '../rest/discord-error.ts';
import {
  cannotAnswer,
  interactionIsOver,
  messageIsGone,
  perhapsShownText,
  showAgainLabel,
  wouldShowPrivate,
} from '../sentences.ts';
import type { Fit, MessagePart, Open } from './choose-files.ts';
import { createMessageEditor } from './edit-message.ts';
import { createFallbacks } from './fallbacks.ts';
import { createFollowUps } from './follow-up.ts';
import { limitFollowUps } from './limit-follow-ups.ts';
import { createNewMessages } from './new-message.ts';
import { createReplacements, mayBeShown } from './replace-message.ts';
import { directMessages, type UploadLimits } from './upload-limits.ts';

/** Parts of the adapter that sending needs. */
export type DeliverParts = {
  api: Api;
  uploadLimits: UploadLimits;
  open: Open;
  fit: Fit;
  ttlStore: CallStore;
  clock: Clock;
  log: Log;
};

/** Receipt of a private answer. `notes` is changed in place, because no job stores it. */
type PrivateReceipt = Pick<Receipt, 'key' | 'attempt' | 'notes'>;

/** Ways of saying a message. */
export type Deliver = ReturnType<typeof createDeliver>;

/** Returns the ways of saying a message. Messages to one channel are sent one at a time, those to others meanwhile. */
export function createDeliver({ api, uploadLimits, open, fit, ttlStore, clock, log }: DeliverParts) {
  const runExclusive = createKeyedMutex();
  const fallbacks = createFallbacks({ open, fit, uploadLimits, ttlStore, log });
  const editor = createMessageEditor({ api, clock });
  const { replaceMessage, withdrawMessage } = createReplacements({ fallbacks, editor, clock, log });
  const { postFollowUp, postFollowUpOnce } = createFollowUps({ api, fallbacks, clock });
  const postNewMessage = createNewMessages({ api, fallbacks, clock });

  /** The limit of the interaction holds for files that its token sends. */
  const isSentByToken = (ref: MessageRef | undefined) => hasLiveToken(readReplyContext(ref?.data), clock.now());

  /** Posts further parts. Returns the ids of those that are messages of their own. */
  async function postOthers(
    to: Origin,
    context: ReplyContext | undefined,
    parts: readonly MessagePart[],
    receipt: Receipt,
    signal: AbortSignal,
  ): Promise<string[]> {
    const ids: string[] = [];
    for (const [index, part] of parts.entries()) {
      const key = `${receipt.key}.${index + 1}`;
      const isFollowUp = context && (await postFollowUpOnce(context, part, key, receipt, signal));
      if (!isFollowUp) ids.push((await postNewMessage(to, part, key, receipt, signal)).id);
    }
    return ids;
  }

  /** Posts all parts of a message. Returns where the first one stands, with the ids of the others in its context. */
  async function postParts(
    to: Origin,
    parts: MessagePart[],
    receipt: Receipt,
    signal: AbortSignal,
  ): Promise<MessageRef> {
    const isTokenOnly = readReplyContext(to.reply)?.bot === false;
    const [first, ...others] = isTokenOnly ? limitFollowUps(parts, maxFollowUpsOfUserInstall) : parts;
    if (!first) throw new Error('a message has no parts');
    const replaced = await replaceMessage(to, first, receipt, signal);
    // An earlier attempt may have shown the result where the bot cannot look. Showing it again would double it.
    if (!replaced && mayBeShown(receipt)) return postNewMessage(to, perhapsShown(first), receipt.key, receipt, signal);
    const ref = replaced ?? (await postNewMessage(to, first, receipt.key, receipt, signal));
    const context = readReplyContext(ref.data);
    const toOthers = { ...to, private: to.private || first.message.private === true };
    const more = await postOthers(toOthers, context, others, receipt, signal);
    return context && more.length > 0 ? messageRef(ref.channel, ref.id, { ...context, more }) : ref;
  }

  /** Posts parts as ephemeral follow-ups, skipping those with a note. Returns their ids. */
  async function postPrivateParts(
    context: ReplyContext,
    parts: readonly MessagePart[],
    { key, attempt, notes }: PrivateReceipt,
    signal: AbortSignal,
  ): Promise<string[]> {
    const ids: string[] = [];
    for (const [index, part] of parts.entries()) {
      const partKey = `${key}.${index}`;
      const id = notes[partKey] ?? (await postFollowUp(context, part, { key: partKey, attempt }, signal));
      if (typeof id !== 'string') throw new UndeliverableError(interactionIsOver);
      notes[partKey] = id;
      ids.push(id);
    }
    return ids;
  }

  return {
    /** Says something once, as `Platform.post` in `chat.ts` describes it. */
    async post(to: Origin, message: Message, receipt: Receipt, signal: AbortSignal): Promise<MessageRef> {
      const { place } = to;
      const isDirect = place.kind === 'direct';
      const mutexKey = isDirect ? `@${to.person.id}` : (place.thread ?? place.channel);
      const uploadPlace = {
        // A size that a direct message refuses says nothing about the server.
        tenant: isDirect ? directMessages : to.tenant,
        toldBytes: to.uploadLimit,
        byToken: isSentByToken(receipt.replaces),
      };
      try {
        return await runExclusive(mutexKey, () =>
          fallbacks.withSmallerFiles(uploadPlace, message, signal, (parts) => postParts(to, parts, receipt, signal)),
        );
      } catch (error) {
        signal.throwIfAborted();
        throw toDeliveryError(error);
      }
    },

    /**
     * Says something to one person, after `ref` has acknowledged their call in public. That message goes, and ephemeral
     * ones come. Repeated with the same `notes`, it posts no message twice that Discord has confirmed. Throws
     * `UndeliverableError` when the interaction is over, and `DiscordError`.
     */
    async postPrivately(
      to: Origin,
      message: Message,
      ref: MessageRef,
      receipt: PrivateReceipt,
      signal: AbortSignal,
    ): Promise<MessageRef> {
      const stored = readReplyContext(ref.data);
      if (!stored) throw new UndeliverableError(cannotAnswer);
      const context = { ...stored, hidden: true };
      await withdrawMessage(ref, receipt, signal);
      const uploadPlace = { tenant: to.tenant, toldBytes: to.uploadLimit, byToken: true };
      const ids = await fallbacks.withSmallerFiles(uploadPlace, message, signal, (parts) => {
        // The first part is a follow-up, too.
        const allowed = context.bot ? parts : limitFollowUps(parts, maxFollowUpsOfUserInstall - 1);
        return postPrivateParts(context, allowed, receipt, signal);
      });
      const [first = '', ...more] = ids;
      return messageRef(ref.channel, first, { ...context, more });
    },

    /** Changes a message, as `Platform.edit` in `chat.ts` describes it. Throws `UndeliverableError` and `DiscordError`. */
    async edit(ref: MessageRef, message: Message, signal: AbortSignal): Promise<void> {
      if (message.private && isPublic(ref)) throw new UndeliverableError(wouldShowPrivate);
      const { guild = directMessages, more = [] } = readReplyContext(ref.data) ?? {};
      const attempt = { key: `${ref.channel}/${ref.id}`, attempt: 1 };
      const uploadPlace = { tenant: guild, byToken: isSentByToken(ref) };
      const edited = await fallbacks.withSmallerFiles(uploadPlace, message, signal, async ([first]) => {
        if (!first) return undefined;
        return fallbacks.withPlainFallback(first, attempt, (body, uploads) =>
          editor.editMessage(ref, body, uploads, signal),
        );
      });
      if (!edited) throw new UndeliverableError(messageIsGone);
      const isTombstone = !message.progress && !message.media?.length;
      if (isTombstone) await editor.deleteMessages(ref, more, signal);
    },
  };
}

/** Returns the part with a sentence in the place of a private result that may be in the chat already. */
function perhapsShown(part: MessagePart): MessagePart {
  const { quote, by, private: isPrivate, job } = part.message;
  const showAgain = job === undefined ? [] : [{ label: showAgainLabel, call: { command: 'show', options: { job } } }];
  const message: Message = {
    text: perhapsShownText,
    tone: 'plain',
    quote,
    by,
    private: isPrivate,
    job,
    buttons: showAgain,
  };
  return { ...part, message, uploads: () => [], links: [] };
}
