/**
 * One attempt of one delivery. An earlier attempt may have broken off anywhere, and its notes say how far it came:
 *
 * - `said`: the message is there, and only its words or the placeholder's end may be missing.
 * - `saying`: a message that notifies may be there. It is not repeated, as people would hear it twice.
 * - `cover`: the message in whose thread the files of a spoiler go.
 * - `link`: the address of files that Slack never showed.
 *
 * All else can be repeated. A message that takes the placeholder's place does nothing the second time. A new message
 * first says nothing of weight, then its id is noted, and then the words follow.
 */
import { z } from 'zod';
import type { Json, Message, MessageRef, Origin, Receipt } from '../../../chat.ts';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import { buttonBlock, type Rendered } from '../render/message.ts';
import { buttonLabels, deliverySentences } from '../sentences.ts';
import { hadNoEffect } from '../web/slack-error.ts';
import type { Channels } from './channels.ts';
import { type Destination, refTo } from './message-ref.ts';
import type { Messages } from './messages.ts';
import { coverOf, isHiddenInThread, markSpoiler } from './spoilers.ts';
import type { Upload } from './upload.ts';

type Parts = { channels: Channels; messages: Messages; upload: Upload };

const deliveryNotes = z.object({
  said: z
    .object({
      ts: z.string(),
      channel: z.string(),
      thread: z.string().optional(),
      files: z.array(z.string()).optional(),
    })
    .optional(),
  link: z.string().optional(),
  saying: z.boolean().optional(),
  cover: z.string().optional(),
});
type DeliveryNotes = z.output<typeof deliveryNotes>;

/** The first state of a new message. */
const stub: Rendered = { text: deliverySentences.news, blocks: [] };

/** The words of files whose words stand in the cover. */
const noWords: Rendered = { text: '', blocks: [] };

/** Returns whether only the person who asked may read the message. */
export const isPrivate = (to: Origin, message: Message): boolean => message.private === true || to.private;

/** A delivery: who gets which message, and where its notes are. */
type Delivery = { to: Origin; message: Message; receipt: Receipt; signal: AbortSignal };

/** Makes one attempt. Rejects with the errors of Slack's client, or with an `UndeliverableError`. */
export type AttemptDelivery = (
  to: Origin,
  message: Message,
  receipt: Receipt,
  signal: AbortSignal,
) => Promise<MessageRef>;

/** Returns the function that makes an attempt. */
export function createAttempt({ channels, messages, upload }: Parts): AttemptDelivery {
  async function finishEarlier(
    { to: { tenant }, message, receipt, signal }: Delivery,
    said: NonNullable<DeliveryNotes['said']>,
    link: string | undefined,
  ): Promise<MessageRef> {
    const ref = refTo(tenant, said, said.ts, said.files);
    // The words may not have followed the stub. Files have theirs from the start.
    if (!said.files) await messages.update(ref, await messages.render(markSpoiler(message), tenant, 0, link), signal);
    await removePlaceholder(receipt, said.ts, signal);
    return ref;
  }

  /** Removes the placeholder, unless the message took its place. */
  async function removePlaceholder({ replaces }: Receipt, ts: string, signal: AbortSignal): Promise<void> {
    if (replaces && replaces.id !== ts) await messages.remove(replaces, deliverySentences.done, signal);
  }

  async function deliverFiles(delivery: Delivery, destination: Destination): Promise<MessageRef> {
    const { to, message, receipt, signal } = delivery;
    const { tenant } = to;
    await channels.join(tenant, destination.channel, signal);
    const { ts, files } = isHiddenInThread(message, destination)
      ? await postHidden(delivery, destination)
      : await postOpenly(delivery, destination);
    if (files) await receipt.note({ said: noteOf(destination, ts, files) });
    await removePlaceholder(receipt, ts, signal);
    return refTo(tenant, destination, ts, files);
  }

  async function postOpenly(delivery: Delivery, destination: Destination) {
    const { to, message, receipt, signal } = delivery;
    const drawing = await messages.render(markSpoiler(message), to.tenant);
    drawing.blocks.push(...shareButton(to, message));
    const { ts, files, link } = await upload(to.tenant, destination, message.media ?? [], drawing, receipt, signal);
    return ts ? { ts, files } : postLink(delivery, destination, link);
  }

  /** Posts the files into the thread of the cover, which is the message that others see. */
  async function postHidden(delivery: Delivery, destination: Destination) {
    const { to, message, receipt, signal } = delivery;
    const cover = await postCover(delivery, destination);
    const thread = { channel: destination.channel, thread: cover };
    const { ts, files, link } = await upload(to.tenant, thread, message.media ?? [], noWords, receipt, signal);
    return ts ? { ts: cover, files } : postLink(delivery, destination, link);
  }

  /** Posts the address of files that Slack took and never showed. */
  async function postLink(delivery: Delivery, destination: Destination, link: string | undefined) {
    const { to, message, receipt } = delivery;
    if (link) await receipt.note({ link });
    const pointing = await messages.render({ ...markSpoiler(message), media: [] }, to.tenant, 0, link);
    return { ts: await postInSteps(delivery, destination, pointing), files: undefined };
  }

  /** Makes the cover. It takes the placeholder's place, so that repeating it does nothing. Returns its timestamp. */
  async function postCover({ to, message, receipt, signal }: Delivery, destination: Destination): Promise<string> {
    const { tenant } = to;
    const { channel } = destination;
    const drawing = await messages.render(coverOf(message), tenant);
    const known = deliveryNotes.parse(receipt.notes).cover;
    const there = known ? refTo(tenant, destination, known) : placeholderIn(channel, receipt);
    if (there && (await messages.tryUpdate(there, drawing, signal))) return there.id;
    const ts = await messages.post(tenant, destination, stub, signal);
    await receipt.note({ cover: ts });
    await messages.update(refTo(tenant, destination, ts), drawing, signal);
    return ts;
  }

  async function deliverWords(delivery: Delivery, destination: Destination): Promise<MessageRef> {
    const { to, message, receipt, signal } = delivery;
    const { tenant } = to;
    const drawing = await messages.render(message, tenant);
    const placeholder = placeholderIn(destination.channel, receipt);
    if (placeholder && (await messages.tryUpdate(placeholder, drawing, signal))) return placeholder;
    if (message.mention) {
      const ts = await postOnce(delivery, destination, drawing);
      await receipt.note({ said: noteOf(destination, ts) });
      return refTo(tenant, destination, ts);
    }
    const ts = await postInSteps(delivery, destination, drawing);
    if (receipt.replaces && !placeholder) await messages.remove(receipt.replaces, deliverySentences.done, signal);
    return refTo(tenant, destination, ts);
  }

  /**
   * Posts a message that notifies: once or not at all. If an earlier attempt may have posted it, it is not repeated.
   */
  async function postOnce({ to: { tenant }, receipt, signal }: Delivery, destination: Destination, drawing: Rendered) {
    if (deliveryNotes.parse(receipt.notes).saying) throw new UndeliverableError(deliverySentences.maybeSaid);
    await receipt.note({ saying: true });
    try {
      return await messages.post(tenant, destination, drawing, signal);
    } catch (error) {
      if (hadNoEffect(error)) await receipt.note({ saying: false });
      throw error;
    }
  }

  /** Posts a stub, notes its id, and then puts the words in. A stub that appears twice says nothing of weight. */
  async function postInSteps(
    { to: { tenant }, receipt, signal }: Delivery,
    destination: Destination,
    drawing: Rendered,
  ) {
    const ts = await messages.post(tenant, destination, stub, signal);
    await receipt.note({ said: noteOf(destination, ts) });
    await messages.update(refTo(tenant, destination, ts), drawing, signal);
    return ts;
  }

  return async function attempt(to, message, receipt, signal) {
    const delivery = { to, message, receipt, signal };
    const { said, link } = deliveryNotes.parse(receipt.notes);
    if (said) return finishEarlier(delivery, said, link);
    const destination = await channels.destinationOf(to, isPrivate(to, message), signal);
    return message.media?.length ? deliverFiles(delivery, destination) : deliverWords(delivery, destination);
  };
}

/** Returns the placeholder, if it stands in this channel. */
const placeholderIn = (channel: string, { replaces }: Receipt): MessageRef | undefined =>
  replaces?.channel === channel ? replaces : undefined;

/** Returns the button that shares a private result, for results of jobs that a person asked for in a channel. */
function shareButton(to: Origin, message: Message): Rendered['blocks'] {
  if (!isPrivate(to, message) || message.job === undefined || to.place.kind !== 'channel') return [];
  const value = JSON.stringify({ ...to.place, job: message.job });
  return [buttonBlock('share', buttonLabels.shareInChannel, value)];
}

const noteOf = ({ channel, thread }: Destination, ts: string, files?: string[]): Json => ({
  ts,
  channel,
  ...(thread ? { thread } : {}),
  ...(files ? { files } : {}),
});
