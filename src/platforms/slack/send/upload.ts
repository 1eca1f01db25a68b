/** Files into a conversation in three steps that can be taken up wherever they were broken off. */
import type { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import { z } from 'zod';
import type { Media, Receipt } from '../../../chat.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import { inlineMediaTypes, maxAltTextLength } from '../limits.ts';
import type { Rendered } from '../render/message.ts';
import { deliverySentences } from '../sentences.ts';
import { shareLookDelaysSeconds, transferStallMs } from '../timings.ts';
import type { Destination } from './channels.ts';
import { codeOf, isUndone, refusedOr } from './slack-error.ts';
import type { Web } from './web.ts';

/** Makes a picture smaller or of another type; rejects with `Refused` when it cannot. */
export type Fit = (
  media: Media,
  want: { bytes?: number; types?: string[] },
) => Promise<{ media: Media; open(): Promise<Readable> }>;

/** The way to an address that Slack names: rejects connections into private networks when it is used. */
export type DispatcherFor = (url: string) => Dispatcher;

const ticket = z.object({ upload_url: z.url(), file_id: z.string() });
const anything = z.object({});
const shares = z.record(z.string(), z.array(z.object({ ts: z.string() })));
const info = z.object({
  file: z.object({
    permalink: z.url().optional(),
    shares: z.object({ public: shares.optional(), private: shares.optional() }).optional(),
  }),
});

/** A file that Slack did not show in so many rounds of looks, each half a minute, is not going to be shown. */
const mostRounds = 3;
/** How often files that were never shown are sent again. */
const mostDrops = 1;

/**
 * What is noted of an upload: `completing` means that its message may be there, `rounds` how often it was waited for in
 * vain, `dropped` how many uploads were given up.
 */
const uploadNotes = z.object({
  files: z.array(z.string()).optional(),
  into: z.string().optional(),
  completing: z.boolean().optional(),
  rounds: z.number().optional(),
  dropped: z.number().optional(),
});
type Notes = z.output<typeof uploadNotes>;

type Parts = {
  web: Web;
  open(media: string): Promise<Readable | undefined>;
  fit: Fit;
  wayTo: DispatcherFor;
  clock: Clock;
};

/** Without `ts`, Slack took the files and shows them nowhere; `link` is then the address of the first. */
export type Uploaded = { ts?: string; files: string[]; link?: string };

/** Returns `upload`, which puts all media and the blocks under them into one message, once for one receipt. */
export function createUpload({ web, open, fit: refit, wayTo, clock }: Parts) {
  /** The message with this file in the conversation; undefined while there is none. */
  async function shown(tenant: string, file: string, { channel }: Destination, signal: AbortSignal) {
    try {
      const { file: found } = await web.call(tenant, 'files.info', { file }, info, { signal });
      return [found.shares?.public, found.shares?.private].flatMap((each) => each?.[channel] ?? []).at(0)?.ts;
    } catch (error) {
      if (codeOf(error) === 'file_not_found') return undefined;
      throw error;
    }
  }

  async function awaitShown(tenant: string, file: string, destination: Destination, signal: AbortSignal) {
    for (const seconds of shareLookDelaysSeconds) {
      await clock.sleep(seconds * 1000, signal);
      signal.throwIfAborted();
      const ts = await shown(tenant, file, destination, signal);
      if (ts) return ts;
    }
    return undefined;
  }

  /** Waits for the message. Rejects while it may still appear; undefined when it never will. */
  async function confirm(
    tenant: string,
    destination: Destination,
    file: string,
    receipt: Receipt,
    notes: Notes,
    signal: AbortSignal,
  ) {
    const ts = await awaitShown(tenant, file, destination, signal);
    if (ts) return ts;
    const rounds = (notes.rounds ?? 0) + 1;
    await receipt.note({ rounds });
    if (rounds < mostRounds) throw new Error('Slack has accepted the files but has not shown them yet');
    return undefined;
  }

  /** A file that is deleted cannot appear beside the ones that are sent in its place. */
  async function drop(tenant: string, files: string[], signal: AbortSignal): Promise<void> {
    for (const file of files)
      await web.call(tenant, 'files.delete', { file }, anything, { signal }).catch((error: unknown) => {
        if (!['file_not_found', 'file_deleted'].includes(codeOf(error) ?? '')) throw error;
      });
  }

  const linkTo = (tenant: string, file: string, signal: AbortSignal) =>
    web
      .call(tenant, 'files.info', { file }, info, { signal })
      .then((found) => found.file.permalink)
      .catch(() => undefined);

  async function send(tenant: string, media: Media, source: Readable | undefined, url: string, signal: AbortSignal) {
    if (!source) throw new UndeliverableError(deliverySentences.fileGone(media.name));
    const { statusCode, body } = await request(url, {
      method: 'POST',
      // With the length said, the bytes go out as they are read; without it, Slack refuses the transfer.
      headers: { 'content-type': media.type, 'content-length': String(media.bytes) },
      body: source,
      dispatcher: wayTo(url),
      signal,
      headersTimeout: transferStallMs,
      bodyTimeout: transferStallMs,
    });
    await body.dump({ limit: 65_536 });
    if (statusCode !== 200) throw new Error(`Slack answered ${statusCode} to the bytes of a file in ${tenant}`);
  }

  /** Gets an id for each file, notes all of them, and only then sends bytes. */
  async function transfer(tenant: string, media: Media[], into: string, receipt: Receipt, signal: AbortSignal) {
    const sources = await Promise.all(
      media.map(async (each) =>
        inlineMediaTypes.includes(each.type) || each.kind === 'video'
          ? { media: each, open: () => open(each.id) }
          : refit(each, { types: inlineMediaTypes }),
      ),
    );
    const tickets: z.output<typeof ticket>[] = [];
    for (const { media: each } of sources) {
      const args = { filename: each.name, length: each.bytes, alt_txt: each.alt.slice(0, maxAltTextLength) };
      tickets.push(await web.call(tenant, 'files.getUploadURLExternal', args, ticket, { signal }));
    }
    const files = tickets.map(({ file_id }) => file_id);
    await receipt.note({ files, into, completing: false, rounds: 0 });
    for (const [at, source] of sources.entries()) {
      await send(tenant, source.media, await source.open(), tickets[at]?.upload_url ?? '', signal);
    }
    return { files, titles: sources.map(({ media: { name } }) => name) };
  }

  async function complete(
    tenant: string,
    destination: Destination,
    files: { id: string; title?: string }[],
    drawing: Rendered,
    signal: AbortSignal,
  ) {
    const into = { files, channel_id: destination.channel, thread_ts: destination.thread };
    const call = (said: object) =>
      web.call(tenant, 'files.completeUploadExternal', { ...into, ...said }, anything, {
        channel: destination.channel,
        signal,
      });
    try {
      await call(drawing.blocks.length ? { blocks: drawing.blocks } : {});
    } catch (error) {
      // Slack takes fewer kinds of blocks beside files than elsewhere: the words matter more than how they look.
      if (codeOf(error) !== 'invalid_blocks') throw error;
      await call({ initial_comment: drawing.text });
    }
  }

  /** Whether the last step has been done, now or before; false when the upload is gone and has to be started anew. */
  async function completeAgain(
    tenant: string,
    destination: Destination,
    files: string[],
    drawing: Rendered,
    signal: AbortSignal,
  ) {
    const named = files.map((id) => ({ id }));
    try {
      await complete(tenant, destination, named, drawing, signal);
      return true;
    } catch (error) {
      const code = codeOf(error);
      if (code === 'file_not_found') return false;
      // Files cannot be completed twice, and no document says how Slack puts that: they may only not have appeared yet.
      if (code !== undefined && isUndone(error) && !(refusedOr(error) instanceof UndeliverableError)) return true;
      throw error;
    }
  }

  return async function upload(
    tenant: string,
    destination: Destination,
    media: Media[],
    drawing: Rendered,
    receipt: Receipt,
    signal: AbortSignal,
  ): Promise<Uploaded> {
    let notes = uploadNotes.parse(receipt.notes);
    if (notes.completing && notes.files?.length && notes.into === destination.channel) {
      const { files } = notes;
      const [first = ''] = files;
      const there = await shown(tenant, first, destination, signal);
      if (there) return { ts: there, files };
      if (await completeAgain(tenant, destination, files, drawing, signal)) {
        const ts = await confirm(tenant, destination, first, receipt, notes, signal);
        if (ts) return { ts, files };
        const dropped = (notes.dropped ?? 0) + 1;
        if (dropped > mostDrops) return { files, link: await linkTo(tenant, first, signal) };
        await drop(tenant, files, signal);
        await receipt.note({ files: [], completing: false, rounds: 0, dropped });
        notes = { dropped };
      }
    }
    const { files, titles } = await transfer(tenant, media, destination.channel, receipt, signal);
    await receipt.note({ files, into: destination.channel, completing: true });
    await complete(
      tenant,
      destination,
      files.map((id, at) => ({ id, title: titles[at] })),
      drawing,
      signal,
    );
    const ts = await confirm(tenant, destination, files[0] ?? '', receipt, { ...notes, rounds: 0 }, signal);
    return { ts, files };
  };
}
