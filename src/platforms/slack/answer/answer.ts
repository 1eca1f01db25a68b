/**
 * Answer: the way of a call, from what a person did to what the bot says.
 *
 * `listen.ts` takes what Slack sends. `mention.ts`, `press.ts` and `shortcut.ts` make calls of it, and `start-call.ts`
 * opens a form (`forms.ts`) or runs the call here: a placeholder at once, then the answer in its place.
 * `pending-calls.ts` knows the calls without an answer, in case the process dies. `home.ts` draws the app's own page.
 */
import type { IncomingCall, Json, Message, MessageRef, Origin, Receipt, TtlStore } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import type { Log } from '../../../log.ts';
import type { Interaction, InteractionWithCall } from '../read/interaction.ts';
import type { OriginOf } from '../read/origin.ts';
import { writeValue } from '../render/button-calls.ts';
import { buttonBlock } from '../render/message.ts';
import type { Channels } from '../send/channels.ts';
import type { Deliver } from '../send/deliver.ts';
import type { SayEphemeral } from '../send/ephemeral.ts';
import type { WhyNoUploads } from '../send/upload-check.ts';
import { buttonLabels, placeholderSentences } from '../sentences.ts';
import { answerPostTimeoutMs } from '../timings.ts';
import { asUndeliverable } from '../web/slack-error.ts';
import type { PendingCalls } from './pending-calls.ts';
import { isMaking, type Placeholders } from './placeholder.ts';

type Parts = {
  bot: Bot;
  originOf: OriginOf;
  placeholders: Placeholders;
  pendingCalls: PendingCalls;
  deliver: Deliver;
  sayEphemeral: SayEphemeral;
  whyNoUploads: WhyNoUploads;
  channels: Channels;
  ttlStore: TtlStore;
  log: Log;
};

const inDirectMessages: Message = { text: placeholderSentences.answeredInDirectMessages, tone: 'plain', private: true };

/**
 * Runs a call and answers it. With `inDirect`, the answer goes to the person's direct message. Never rejects: if the
 * person could not be told anything, the call stays pending, and another try follows.
 */
export type Answer = (interaction: InteractionWithCall, inDirect?: boolean) => Promise<void>;

/** Returns the function that answers calls. */
export function createAnswer(parts: Parts): Answer {
  const { bot, originOf, placeholders, pendingCalls, deliver, sayEphemeral } = parts;
  const { whyNoUploads, channels, ttlStore, log } = parts;

  async function respond(interaction: Interaction, call: IncomingCall, inDirect: boolean): Promise<void> {
    const [from, noUploads] = await Promise.all([
      originOf(interaction, call, inDirect),
      isMaking(bot, call) ? whyNoUploads(interaction.tenant) : undefined,
      pendingCalls.record(interaction),
    ]);
    if (noUploads) return sayEphemeral(interaction, { text: noUploads, tone: 'bad', private: true });
    if (from.private) return answerInPrivate(interaction, from, await bot.run(call, from));
    return answerInPublic(interaction, call, from);
  }

  /** Answers the person only: in words where they are looking, with work and pictures in the direct message. */
  async function answerInPrivate(interaction: Interaction, from: Origin, message: Message): Promise<void> {
    if (message.job === undefined && !message.media?.length) return sayEphemeral(interaction, message);
    const destination = { channel: await channels.openDirect(from.tenant, from.person.id) };
    const ref = message.media?.length
      ? await postFiles(interaction, { ...from, private: true }, message)
      : await deliver.say(from.tenant, destination, message);
    if (message.job !== undefined) await bot.shown(message.job, ref);
    if (from.place.kind === 'channel') await sayEphemeral(interaction, inDirectMessages);
  }

  async function answerInPublic(interaction: Interaction, call: IncomingCall, from: Origin): Promise<void> {
    const posted = await placeholders.post(call, from);
    if ('closed' in posted) return turnAway(interaction, call, posted.closed);
    const { placeholder, place } = posted;
    await pendingCalls.record(interaction, { placeholder });
    let message: Message;
    try {
      message = await bot.run(call, { ...from, place, ack: placeholder });
      if (message.private && place.kind === 'channel') {
        await placeholders.remove(interaction, placeholder);
        return await answerInPrivate(interaction, from, message);
      }
      if (message.job === undefined) return await answerInPlace(interaction, { ...from, place }, message, placeholder);
    } catch (error) {
      await placeholders.remove(interaction, placeholder);
      throw error;
    }
    // The job's row knows the placeholder. If it cannot change now, progress or the result changes it.
    await deliver
      .update(placeholder, message)
      .catch((err: unknown) => log.warn({ err }, 'updating a placeholder failed'));
    await bot.shown(message.job, placeholder);
  }

  async function answerInPlace(interaction: Interaction, from: Origin, message: Message, placeholder: MessageRef) {
    if (!message.media?.length) return deliver.update(placeholder, message);
    await pendingCalls.record(interaction, { placeholder, hasFiles: true });
    await postFiles(interaction, from, message, placeholder);
  }

  const postFiles = ({ event }: Interaction, from: Origin, message: Message, replaces?: MessageRef) =>
    deliver.post(from, message, receiptInMemory(event, replaces), AbortSignal.timeout(answerPostTimeoutMs));

  /** Says why the channel is closed, and offers the direct message. */
  async function turnAway(interaction: Interaction, call: IncomingCall, text: string): Promise<void> {
    // A button cannot hold files. People who attached some have to ask again.
    const hasFiles = Object.values(call.options)
      .flat()
      .some((value) => typeof value === 'object');
    const value = hasFiles ? '' : await writeValue(JSON.parse(JSON.stringify(call)), ttlStore);
    const button = value ? [buttonBlock('direct', buttonLabels.sendDirectly, value)] : [];
    await sayEphemeral(interaction, { text, tone: 'bad', private: true }, button);
  }

  /** Tells the person what went wrong. Returns whether that worked. */
  async function apologise(interaction: Interaction, call: IncomingCall, error: unknown): Promise<boolean> {
    const reason = asUndeliverable(error);
    const message: Message =
      reason instanceof UndeliverableError
        ? { text: reason.message, tone: 'bad', private: true }
        : bot.apologise(error, { platform: 'slack', command: call.command });
    try {
      await sayEphemeral(interaction, message);
      return true;
    } catch (err) {
      log.warn({ err }, 'telling the person failed');
      return false;
    }
  }

  return async function answer({ call, ...interaction }, inDirect = false) {
    let isAnswered = true;
    try {
      await respond(interaction, call, inDirect);
    } catch (error) {
      isAnswered = await apologise(interaction, call, error);
    }
    if (isAnswered) await pendingCalls.remove(interaction);
  };
}

/** Returns a receipt for an answer that is no delivery. Its notes end with the process, and so does the answer. */
function receiptInMemory(key: string, replaces?: MessageRef): Receipt {
  const notes: Record<string, Json> = {};
  return { key, attempt: 1, replaces, notes, note: async (more) => void Object.assign(notes, more) };
}
