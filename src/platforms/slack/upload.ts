/** Files into a conversation in three steps that can be taken up wherever they were broken off. */
import type { Readable } from 'node:stream';
import { request } from 'undici';
import { z } from 'zod';
import type { Json, Media, Receipt } from '../../chat.ts';
import type { Clock } from '../../clock.ts';
import { Refused } from '../../errors.ts';
import { drawn, shownTypes } from './limits.ts';
import type { Spot } from './places.ts';
import { codeOf } from './read-error.ts';
import type { Rendered } from './render-message.ts';
import type { Web } from './web.ts';

/** Makes a picture smaller or of another type; rejects with `Refused` when it cannot. */
export type Fit = (
  media: Media,
  want: { bytes?: number; types?: string[] },
) => Promise<{ media: Media; open(): Promise<Readable> }>;

/** Seconds between looks for a message that Slack has accepted: its scan for malware takes a while. */
const looks = [0.2, 1, 2, 4, 8, 15];
/** Milliseconds without a byte after which the transfer of one file is given up. */
const stalled = 60_000;

const ticket = z.object({ upload_url: z.url(), file_id: z.string() });
const anything = z.object({});
const shares = z.record(z.string(), z.array(z.object({ ts: z.string() })));
const info = z.object({
  file: z.object({ shares: z.object({ public: shares.optional(), private: shares.optional() }).optional() }),
});

/** What is noted of an upload: `completing` means that its message may be there. */
const uploadNotes = z.object({
  files: z.array(z.string()).optional(),
  into: z.string().optional(),
  completing: z.boolean().optional(),
});

type Parts = {
  web: Web;
  open(media: string): Promise<Readable | undefined>;
  fit: Fit;
  clock: Clock;
};

export type Uploaded = { ts: string; files: string[] };

/** Returns `upload`, which puts all media and the blocks under them into one message, once for one receipt. */
export function createUpload({ web, open, fit: refit, clock }: Parts) {
  /** The message with this file in the conversation; undefined while there is none. */
  async function shown(tenant: string, file: string, { channel }: Spot, signal: AbortSignal) {
    try {
      const { file: found } = await web.call(tenant, 'files.info', { file }, info, { signal });
      return [found.shares?.public, found.shares?.private].flatMap((each) => each?.[channel] ?? []).at(0)?.ts;
    } catch (error) {
      if (codeOf(error) === 'file_not_found') return undefined;
      throw error;
    }
  }

  async function awaitShown(tenant: string, file: string, spot: Spot, signal: AbortSignal): Promise<string> {
    for (const seconds of looks) {
      await clock.sleep(seconds * 1000, signal);
      signal.throwIfAborted();
      const ts = await shown(tenant, file, spot, signal);
      if (ts) return ts;
    }
    throw new Error('Slack has accepted the files but has not shown them yet');
  }

  async function send(tenant: string, media: Media, source: Readable | undefined, url: string, signal: AbortSignal) {
    if (!source) throw new Refused(`The file ${media.name} is not there any more.`);
    const { statusCode, body } = await request(url, {
      method: 'POST',
      // With the length said, the bytes go out as they are read; without it, Slack refuses the transfer.
      headers: { 'content-type': media.type, 'content-length': String(media.bytes) },
      body: source,
      signal,
      headersTimeout: stalled,
      bodyTimeout: stalled,
    });
    await body.dump({ limit: 65_536 });
    if (statusCode !== 200) throw new Error(`Slack answered ${statusCode} to the bytes of a file in ${tenant}`);
  }

  /** Gets an id for each file, notes all of them, and only then sends bytes. */
  async function transfer(tenant: string, media: Media[], into: string, receipt: Receipt, signal: AbortSignal) {
    const sources = await Promise.all(
      media.map(async (each) =>
        shownTypes.includes(each.type) || each.kind === 'video'
          ? { media: each, open: () => open(each.id) }
          : refit(each, { types: shownTypes }),
      ),
    );
    const tickets: z.output<typeof ticket>[] = [];
    for (const { media: each } of sources) {
      const args = { filename: each.name, length: each.bytes, alt_txt: each.alt.slice(0, drawn.altText) };
      tickets.push(await web.call(tenant, 'files.getUploadURLExternal', args, ticket, { signal }));
    }
    const files = tickets.map(({ file_id }) => file_id);
    await receipt.note({ files, into, completing: false });
    for (const [at, source] of sources.entries()) {
      await send(tenant, source.media, await source.open(), tickets[at]?.upload_url ?? '', signal);
    }
    return { files, titles: sources.map(({ media: { name } }) => name) };
  }

  async function complete(
    tenant: string,
    spot: Spot,
    files: { id: string; title?: string }[],
    drawing: Rendered,
    signal: AbortSignal,
  ) {
    const into = { files, channel_id: spot.channel, thread_ts: spot.thread };
    const call = (said: object) =>
      web.call(tenant, 'files.completeUploadExternal', { ...into, ...said }, anything, {
        channel: spot.channel,
        signal,
      });
    try {
      await call({ blocks: drawing.blocks });
    } catch (error) {
      // Slack takes fewer kinds of blocks beside files than elsewhere: the words matter more than how they look.
      if (codeOf(error) !== 'invalid_blocks') throw error;
      await call({ initial_comment: drawing.text });
    }
  }

  /** Takes up an upload whose last step may have been done; undefined when it has to be started anew. */
  async function resume(tenant: string, spot: Spot, files: string[], drawing: Rendered, signal: AbortSignal) {
    const [first = ''] = files;
    const there = await shown(tenant, first, spot, signal);
    if (there) return there;
    try {
      await complete(
        tenant,
        spot,
        files.map((id) => ({ id })),
        drawing,
        signal,
      );
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      // Completed files cannot be completed again; they may only not have appeared yet.
      const late = await awaitShown(tenant, first, spot, signal).catch(() => undefined);
      if (late || ['file_not_found', 'invalid_arguments'].includes(code)) return late;
      throw error;
    }
    return awaitShown(tenant, first, spot, signal);
  }

  return async function upload(
    tenant: string,
    spot: Spot,
    media: Media[],
    drawing: Rendered,
    receipt: Receipt,
    signal: AbortSignal,
  ): Promise<Uploaded> {
    const notes = uploadNotes.parse(receipt.notes);
    if (notes.completing && notes.files && notes.into === spot.channel) {
      const ts = await resume(tenant, spot, notes.files, drawing, signal);
      if (ts) return { ts, files: notes.files };
    }
    const { files, titles } = await transfer(tenant, media, spot.channel, receipt, signal);
    const completing: Record<string, Json> = { files, into: spot.channel, completing: true };
    await receipt.note(completing);
    await complete(
      tenant,
      spot,
      files.map((id, at) => ({ id, title: titles[at] })),
      drawing,
      signal,
    );
    return { ts: await awaitShown(tenant, files[0] ?? '', spot, signal), files };
  };
}
