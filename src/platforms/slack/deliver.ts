/** Says something once, in the place of the acknowledgement or as a message of its own, and changes what was said. */
import { z } from 'zod';
import type { Json, Message, MessageRef, Origin, Receipt } from '../../chat.ts';
import type { Clock } from '../../clock.ts';
import { Refused } from '../../errors.ts';
import { type Drafts, writeValue } from './keep-calls.ts';
import { isSeenByAll, type Places, readRef, refTo, type Spot } from './places.ts';
import type { ProgressShare } from './progress-share.ts';
import { codeOf, isUndone, refusedOr } from './read-error.ts';
import { offer, type Rendered, renderMessage } from './render-message.ts';
import type { createUpload } from './upload.ts';
import type { Web } from './web.ts';

type Parts = {
  web: Web;
  places: Places;
  upload: ReturnType<typeof createUpload>;
  drafts: Drafts;
  share: ProgressShare;
  clock: Clock;
};

export type Deliver = ReturnType<typeof createDeliver>;

const posted = z.object({ ts: z.string() });
const anything = z.object({});
const linked = z.object({ permalink: z.url() });

/** `said` is the message that is there; `saying` means that one may be. */
const deliveryNotes = z.object({
  said: z
    .object({
      ts: z.string(),
      channel: z.string(),
      thread: z.string().optional(),
      files: z.array(z.string()).optional(),
    })
    .optional(),
  saying: z.boolean().optional(),
});

/** A message that cannot be changed any more, so that a new one has to be said. */
const unchangeable = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'is_inactive',
  'channel_not_found',
]);
const stub: Rendered = { text: 'One moment…', blocks: [] };

export function createDeliver({ web, places, upload, drafts, share, clock }: Parts) {
  const underWay = new Map<string, Promise<MessageRef>>();

  async function draw(message: Message, tenant: string): Promise<Rendered> {
    const values = await Promise.all((message.buttons ?? []).map(({ call }) => writeValue(call, drafts)));
    return renderMessage(message, { values, link: message.link && (await linkTo(message.link, tenant)) });
  }

  /** A ping without a link is still a ping. */
  async function linkTo({ channel, id }: MessageRef, tenant: string): Promise<string | undefined> {
    return web
      .call(tenant, 'chat.getPermalink', { channel, message_ts: id }, linked)
      .then(({ permalink }) => permalink)
      .catch(() => undefined);
  }

  async function say(tenant: string, spot: Spot, drawing: Rendered, signal?: AbortSignal): Promise<string> {
    const { text, blocks } = drawing;
    const args = {
      channel: spot.channel,
      thread_ts: spot.thread,
      text,
      blocks: blocks.length ? blocks : undefined,
      unfurl_links: false,
      unfurl_media: false,
    };
    return (await web.call(tenant, 'chat.postMessage', args, posted, { channel: spot.channel, signal })).ts;
  }

  async function change(ref: MessageRef, { text, blocks }: Rendered, signal?: AbortSignal): Promise<void> {
    const args = { channel: ref.channel, ts: ref.id, text, blocks };
    await web.call(readRef(ref).tenant, 'chat.update', args, anything, { signal });
  }

  /** Best effort: a leftover acknowledgement is a blemish, not a second result. */
  async function remove(ref: MessageRef, signal?: AbortSignal): Promise<void> {
    const args = { channel: ref.channel, ts: ref.id };
    await web.call(readRef(ref).tenant, 'chat.delete', args, anything, { signal }).catch(() => undefined);
  }

  /** A message that notifies is sent once or not at all; if nobody knows, it is not repeated. */
  async function sayOnce(tenant: string, spot: Spot, drawing: Rendered, receipt: Receipt, signal: AbortSignal) {
    if (deliveryNotes.parse(receipt.notes).saying) throw new Refused('It may have been said already.');
    await receipt.note({ saying: true });
    try {
      return await say(tenant, spot, drawing, signal);
    } catch (error) {
      if (isUndone(error)) await receipt.note({ saying: false });
      throw error;
    }
  }

  /** An empty message first, whose id is noted, and then the words: what may appear twice says nothing. */
  async function sayInSteps(tenant: string, spot: Spot, drawing: Rendered, receipt: Receipt, signal: AbortSignal) {
    const ts = await say(tenant, spot, stub, signal);
    await receipt.note({ said: noteOf(spot, ts) });
    await change(refTo(tenant, spot, ts), drawing, signal);
    return ts;
  }

  /** Nobody should wait for a result that cannot come here; where else it goes is not known yet. */
  async function explain(ref: MessageRef, { message }: Refused): Promise<void> {
    const text = `The result is ready, but it could not be posted here. ${message}`;
    const drawing = renderMessage({ text, tone: 'bad' }, { values: [] });
    await change(ref, drawing).catch(() => undefined);
  }

  async function attempt(to: Origin, message: Message, receipt: Receipt, signal: AbortSignal): Promise<MessageRef> {
    const { tenant } = to;
    const { said } = deliveryNotes.parse(receipt.notes);
    const media = message.media ?? [];
    const drawing = await draw(message, tenant);
    const isPrivate = message.private === true || to.private;
    if (isPrivate && media.length && message.job !== undefined && to.place.kind === 'channel')
      drawing.blocks.push(offer('share', 'Share in the channel', JSON.stringify({ ...to.place, job: message.job })));

    if (said) {
      const ref = refTo(tenant, said, said.ts, said.files);
      // The words may not have followed the empty message.
      if (!said.files) await change(ref, drawing, signal);
      if (receipt.replaces) await remove(receipt.replaces, signal);
      return ref;
    }
    const spot = await places.find(to, isPrivate, signal);
    const { replaces } = receipt;
    const takesPlace = replaces?.channel === spot.channel ? replaces : undefined;
    if (media.length) {
      await places.enter(tenant, spot.channel, signal);
      const { ts, files } = await upload(tenant, spot, media, drawing, receipt, signal);
      await receipt.note({ said: noteOf(spot, ts, files) });
      if (replaces) await remove(replaces, signal);
      return refTo(tenant, spot, ts, files);
    }
    if (takesPlace && (await changed(takesPlace, drawing, signal))) return takesPlace;
    if (message.mention) {
      const ts = await sayOnce(tenant, spot, drawing, receipt, signal);
      await receipt.note({ said: noteOf(spot, ts) });
      return refTo(tenant, spot, ts);
    }
    const ts = await sayInSteps(tenant, spot, drawing, receipt, signal);
    if (replaces && !takesPlace) await remove(replaces, signal);
    return refTo(tenant, spot, ts);
  }

  async function changed(ref: MessageRef, drawing: Rendered, signal: AbortSignal): Promise<boolean> {
    try {
      await change(ref, drawing, signal);
      return true;
    } catch (error) {
      if (unchangeable.has(codeOf(error) ?? '')) return false;
      throw error;
    }
  }

  return {
    say: async (tenant: string, spot: Spot, message: Message) =>
      refTo(tenant, spot, await say(tenant, spot, await draw(message, tenant))),
    draw,
    change: async (ref: MessageRef, message: Message) => change(ref, await draw(message, readRef(ref).tenant)),
    remove,

    /** Two tries of one delivery in one process are one try. */
    post(to: Origin, message: Message, receipt: Receipt, signal: AbortSignal): Promise<MessageRef> {
      const before = underWay.get(receipt.key);
      if (before) return before;
      const trying = attempt(to, message, receipt, signal)
        .catch(async (error: unknown) => {
          if (codeOf(error) === 'not_in_channel' && to.place.kind === 'channel')
            places.left(to.tenant, to.place.channel);
          const refused = refusedOr(error);
          if (refused instanceof Refused && receipt.replaces) {
            // Of a private result nothing is said where others read, not even that there is one.
            if ((message.private || to.private) && isSeenByAll(receipt.replaces)) await remove(receipt.replaces);
            else if (message.media?.length) await explain(receipt.replaces, refused);
          }
          throw refused;
        })
        .finally(() => underWay.delete(receipt.key));
      underWay.set(receipt.key, trying);
      return trying;
    },

    async edit(ref: MessageRef, message: Message, signal: AbortSignal): Promise<void> {
      const { tenant, files = [] } = readRef(ref);
      if (message.private && isSeenByAll(ref)) throw new Refused('What is private is not shown where others read it.');
      if (message.progress && !share.mayShow(tenant, `${ref.channel}/${ref.id}`, clock.now()))
        throw new Error('too many messages show progress in this workspace');
      const isChanged = await changed(ref, await draw(message, tenant), signal);
      // A message that had files and now stands for nothing more keeps none of them.
      if (message.progress || message.media?.length || !files.length) return;
      for (const file of files) {
        await web.call(tenant, 'files.delete', { file }, anything, { signal }).catch((error: unknown) => {
          if (!['file_not_found', 'file_deleted'].includes(codeOf(error) ?? '')) throw error;
        });
      }
      // Words that cannot be changed would stay under files that are gone.
      if (!isChanged) await remove(ref, signal);
    },
  };
}

const noteOf = ({ channel, thread }: Spot, ts: string, files?: string[]): Json => ({
  ts,
  channel,
  ...(thread ? { thread } : {}),
  ...(files ? { files } : {}),
});
