/** Says something once, in the place of the acknowledgement or as a message of its own, and changes what was said. */
import { z } from 'zod';
import type { Json, Message, MessageRef, Origin, Receipt } from '../../../chat.ts';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import { answered } from '../answer/pending-calls.ts';
import { buttonBlock, type Rendered } from '../render/message.ts';
import { buttonLabels, deliverySentences } from '../sentences.ts';
import type { TtlStore } from '../ttl-store.ts';
import { type Channels, type Destination, isSeenByAll, readRef, refTo } from './channels.ts';
import type { Messages } from './messages.ts';
import type { ProgressUpdates } from './progress-updates.ts';
import { codeOf, isUndone, refusedOr } from './slack-error.ts';
import { coverOf, isCovered, marked } from './spoilers.ts';
import type { createUpload } from './upload.ts';
import type { Web } from './web.ts';

type Parts = {
  web: Web;
  channels: Channels;
  messages: Messages;
  upload: ReturnType<typeof createUpload>;
  ttlStore: TtlStore;
  share: ProgressUpdates;
};

export type Deliver = ReturnType<typeof createDeliver>;

const anything = z.object({});

/** `said` is the message that is there; `saying` means that one may be; `cover` is the message that hides the files, `link` leads to files that Slack does not show. */
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

/** Stands alone for ever if the process dies at the wrong moment, and is true then as well: the words follow it. */
const stub: Rendered = { text: deliverySentences.news, blocks: [] };

export function createDeliver({ web, channels, messages, upload, ttlStore, share }: Parts) {
  const underWay = new Map<string, Promise<MessageRef>>();

  /** A message that notifies is sent once or not at all; if nobody knows, it is not repeated. */
  async function sayOnce(
    tenant: string,
    destination: Destination,
    drawing: Rendered,
    receipt: Receipt,
    signal: AbortSignal,
  ) {
    if (deliveryNotes.parse(receipt.notes).saying) throw new UndeliverableError(deliverySentences.maybeSaid);
    await receipt.note({ saying: true });
    try {
      return await messages.say(tenant, destination, drawing, signal);
    } catch (error) {
      if (isUndone(error)) await receipt.note({ saying: false });
      throw error;
    }
  }

  /** A message that says nothing first, whose id is noted, and then the words: what may appear twice says nothing. */
  async function sayInSteps(
    tenant: string,
    destination: Destination,
    drawing: Rendered,
    receipt: Receipt,
    signal: AbortSignal,
  ) {
    const ts = await messages.say(tenant, destination, stub, signal);
    await receipt.note({ said: noteOf(destination, ts) });
    await messages.change(refTo(tenant, destination, ts), drawing, signal);
    return ts;
  }

  /** Nobody should wait for a result that cannot come here; where else it goes is not known yet. */
  async function explain(ref: MessageRef, { message }: UndeliverableError): Promise<void> {
    const text = deliverySentences.notPosted(message);
    const drawing = await messages.draw({ text, tone: 'bad' }, readRef(ref).tenant);
    await messages.change(ref, drawing).catch(() => undefined);
  }

  /** The message in whose thread the files go. It takes the acknowledgement's place, so that repeating it does nothing. */
  async function cover(
    tenant: string,
    destination: Destination,
    message: Message,
    receipt: Receipt,
    signal: AbortSignal,
  ) {
    const drawing = await messages.draw(coverOf(message), tenant);
    const { replaces } = receipt;
    const known = deliveryNotes.parse(receipt.notes).cover;
    const there = known
      ? refTo(tenant, destination, known)
      : replaces?.channel === destination.channel
        ? replaces
        : undefined;
    if (there && (await messages.changed(there, drawing, signal))) return there.id;
    const ts = await messages.say(tenant, destination, stub, signal);
    await receipt.note({ cover: ts });
    await messages.change(refTo(tenant, destination, ts), drawing, signal);
    return ts;
  }

  async function postFiles(
    to: Origin,
    destination: Destination,
    message: Message,
    receipt: Receipt,
    signal: AbortSignal,
  ) {
    const { tenant } = to;
    const { media = [] } = message;
    const hides = isCovered(message, destination);
    const drawing = await messages.draw(hides ? { text: '', tone: 'plain' } : marked(message), tenant);
    if (isHidden(to, message) && message.job !== undefined && to.place.kind === 'channel')
      drawing.blocks.push(
        buttonBlock('share', buttonLabels.shareInChannel, JSON.stringify({ ...to.place, job: message.job })),
      );
    await channels.enter(tenant, destination.channel, signal);
    const root = hides ? await cover(tenant, destination, message, receipt, signal) : undefined;
    const into = root ? { channel: destination.channel, thread: root } : destination;
    const words = root ? { text: '', blocks: [] } : drawing;
    const { ts, files, link } = await upload(tenant, into, media, words, receipt, signal);
    if (!ts) {
      // Slack took the files and never showed them: their address is better than nothing.
      if (link) await receipt.note({ link });
      const pointing = await messages.draw({ ...marked(message), media: [] }, tenant, 0, link);
      return { ts: await sayInSteps(tenant, destination, pointing, receipt, signal), root, files: undefined };
    }
    return { ts: root ?? ts, root, files };
  }

  async function attempt(to: Origin, message: Message, receipt: Receipt, signal: AbortSignal): Promise<MessageRef> {
    const { tenant } = to;
    const { said, link } = deliveryNotes.parse(receipt.notes);
    const { replaces } = receipt;
    const hasFiles = Boolean(message.media?.length);
    if (said) {
      const ref = refTo(tenant, said, said.ts, said.files);
      // The words may not have followed the message that says nothing.
      if (!said.files) await messages.change(ref, await messages.draw(marked(message), tenant, 0, link), signal);
      if (replaces && replaces.id !== said.ts) await messages.remove(replaces, deliverySentences.done, signal);
      return ref;
    }
    const destination = await channels.find(to, isHidden(to, message), signal);
    if (hasFiles) {
      const { ts, files } = await postFiles(to, destination, message, receipt, signal);
      if (files) await receipt.note({ said: noteOf(destination, ts, files) });
      if (replaces && replaces.id !== ts) await messages.remove(replaces, deliverySentences.done, signal);
      return refTo(tenant, destination, ts, files);
    }
    const drawing = await messages.draw(message, tenant);
    const takesPlace = replaces?.channel === destination.channel ? replaces : undefined;
    if (takesPlace && (await messages.changed(takesPlace, drawing, signal))) return takesPlace;
    if (message.mention) {
      const ts = await sayOnce(tenant, destination, drawing, receipt, signal);
      await receipt.note({ said: noteOf(destination, ts) });
      return refTo(tenant, destination, ts);
    }
    const ts = await sayInSteps(tenant, destination, drawing, receipt, signal);
    if (replaces && !takesPlace) await messages.remove(replaces, deliverySentences.done, signal);
    return refTo(tenant, destination, ts);
  }

  return {
    say: async (tenant: string, destination: Destination, message: Message) =>
      refTo(tenant, destination, await messages.say(tenant, destination, await messages.draw(message, tenant))),
    change: async (ref: MessageRef, message: Message) =>
      messages.change(ref, await messages.draw(message, readRef(ref).tenant)),

    /** Two tries of one delivery in one process are one try. */
    post(to: Origin, message: Message, receipt: Receipt, signal: AbortSignal): Promise<MessageRef> {
      const before = underWay.get(receipt.key);
      if (before) return before;
      const trying = attempt(to, message, receipt, signal)
        .catch(async (error: unknown) => {
          if (codeOf(error) === 'not_in_channel' && to.place.kind === 'channel')
            channels.left(to.tenant, to.place.channel);
          const refused = refusedOr(error);
          if (refused instanceof UndeliverableError && receipt.replaces) {
            // Of a private result nothing is said where others read, not even that there is one.
            if (isHidden(to, message) && isSeenByAll(receipt.replaces))
              await messages.remove(receipt.replaces, deliverySentences.done);
            else if (message.media?.length) await explain(receipt.replaces, refused);
          }
          throw refused;
        })
        .finally(() => underWay.delete(receipt.key));
      underWay.set(receipt.key, trying);
      // The acknowledgement is the result's from now on.
      if (receipt.replaces) void answered(ttlStore, to.tenant, to.event);
      return trying;
    },

    async edit(ref: MessageRef, message: Message, signal: AbortSignal): Promise<void> {
      const { tenant, files = [] } = readRef(ref);
      if (message.private && isSeenByAll(ref)) throw new UndeliverableError(deliverySentences.privateInPublic);
      if (message.progress && !share.mayShow(tenant, `${ref.channel}/${ref.id}`))
        throw new Error('too many messages show progress in this workspace');
      const isChanged = await messages.changed(ref, await messages.draw(message, tenant), signal);
      // A message that had files and now stands for nothing more keeps none of them.
      if (message.progress || message.media?.length || !files.length) return;
      for (const file of files) {
        await web.call(tenant, 'files.delete', { file }, anything, { signal }).catch((error: unknown) => {
          if (!['file_not_found', 'file_deleted'].includes(codeOf(error) ?? '')) throw error;
        });
      }
      // Words that cannot be changed would stay under files that are gone.
      if (!isChanged) await messages.remove(ref, message.text, signal);
    },
  };
}

const isHidden = (to: Origin, message: Message) => message.private === true || to.private;

const noteOf = ({ channel, thread }: Destination, ts: string, files?: string[]): Json => ({
  ts,
  channel,
  ...(thread ? { thread } : {}),
  ...(files ? { files } : {}),
});
