/**
 * Send: all that the bot says and uploads. This file posts a message once, however often it is tried, and changes what was
 * posted. One attempt is in `attempt-delivery.ts`.
 *
 * `messages.ts` has the plain acts: post, update, remove. `upload.ts` brings files. `ephemeral.ts` speaks to one person.
 * `channels.ts` opens and joins. All calls go through `../web/web.ts`.
 */
import type { Message, MessageRef, Origin, Receipt } from '../../../chat.ts';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import { deliverySentences } from '../sentences.ts';
import { asUndeliverable, codeOf } from '../web/slack-error.ts';
import type { Web } from '../web/web.ts';
import { type AttemptDelivery, isPrivate } from './attempt-delivery.ts';
import type { Channels } from './channels.ts';
import { deleteFiles } from './files.ts';
import { type Destination, isSeenByAll, readRef, refTo } from './message-ref.ts';
import type { Messages } from './messages.ts';
import type { ProgressUpdates } from './progress-updates.ts';

type Parts = {
  web: Web;
  attempt: AttemptDelivery;
  channels: Channels;
  messages: Messages;
  progressUpdates: ProgressUpdates;
  /** Takes a call off the list of pending calls. Never rejects. */
  forgetPendingCall(tenant: string, event: string): Promise<void>;
};

/** Deliveries to all workspaces. */
export type Deliver = {
  /** Posts a message at once. A second call posts it again. */
  say(tenant: string, to: Destination, message: Message): Promise<MessageRef>;
  /** Puts a message in the place of another one. */
  update(ref: MessageRef, message: Message): Promise<void>;
  /** `Platform.post`: posts a message once for one receipt. */
  post(to: Origin, message: Message, receipt: Receipt, signal: AbortSignal): Promise<MessageRef>;
  /** `Platform.edit`: changes a message. Rejects if too many messages show progress. */
  edit(ref: MessageRef, message: Message, signal: AbortSignal): Promise<void>;
};

/** Returns the deliveries. */
export function createDeliver(parts: Parts): Deliver {
  const { web, attempt, channels, messages, progressUpdates, forgetPendingCall } = parts;
  const underWay = new Map<string, Promise<MessageRef>>();

  /** Rejects with the error of an attempt, after the placeholder has said that the result does not come. */
  async function fail(error: unknown, to: Origin, message: Message, { replaces }: Receipt): Promise<never> {
    if (codeOf(error) === 'not_in_channel' && to.place.kind === 'channel')
      channels.forgetMembership(to.tenant, to.place.channel);
    const reason = asUndeliverable(error);
    if (reason instanceof UndeliverableError && replaces) {
      // Others must not even learn that there is a private result.
      if (isPrivate(to, message) && isSeenByAll(replaces)) await messages.remove(replaces, deliverySentences.done);
      else if (message.media?.length) await explain(replaces, reason);
    }
    throw reason;
  }

  /** Says in the placeholder why the result does not come, as it is not known yet whether another place takes it. */
  async function explain(placeholder: MessageRef, { message }: UndeliverableError): Promise<void> {
    const text = deliverySentences.notPosted(message);
    const drawing = await messages.render({ text, tone: 'bad' }, readRef(placeholder).tenant);
    await messages.update(placeholder, drawing).catch(() => undefined);
  }

  return {
    say: async (tenant, to, message) =>
      refTo(tenant, to, await messages.post(tenant, to, await messages.render(message, tenant))),

    update: async (ref, message) => messages.update(ref, await messages.render(message, readRef(ref).tenant)),

    post(to, message, receipt, signal) {
      // Two attempts of one delivery in one process are one attempt.
      const before = underWay.get(receipt.key);
      if (before) return before;
      const posting = attempt(to, message, receipt, signal)
        .catch((error: unknown) => fail(error, to, message, receipt))
        .finally(() => underWay.delete(receipt.key));
      underWay.set(receipt.key, posting);
      // The placeholder belongs to the result from now on.
      if (receipt.replaces) void forgetPendingCall(to.tenant, to.event);
      return posting;
    },

    async edit(ref, message, signal) {
      const { tenant, files = [] } = readRef(ref);
      if (message.private && isSeenByAll(ref)) throw new UndeliverableError(deliverySentences.privateInPublic);
      if (message.progress && !progressUpdates.take(tenant, `${ref.channel}/${ref.id}`))
        throw new Error('too many messages show progress in this workspace');
      const isUpdated = await messages.tryUpdate(ref, await messages.render(message, tenant), signal);
      if (message.progress || message.media?.length || !files.length) return;
      // The message stands for nothing more, such as a result that was deleted.
      await deleteFiles(web, tenant, files, signal);
      // Words that cannot change would stay below files that are gone.
      if (!isUpdated) await messages.remove(ref, message.text, signal);
    },
  };
}
