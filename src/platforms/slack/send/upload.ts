/**
 * Uploads files into one message, in steps that a later attempt can take up wherever they broke off.
 *
 * 1. Transfer: each file gets an id from Slack, all ids are noted, and then the bytes are sent.
 * 2. Completing: Slack makes the message. From before this call on, `completing` is noted, as the message may be there.
 * 3. Confirming: the message appears once Slack has scanned the files. An attempt that waits in vain counts a round.
 *
 * After `maxRounds` rounds, the files are deleted and sent again. After `maxDrops` such losses, the address of the
 * first file has to do.
 */
import type { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import { z } from 'zod';
import type { Media, Receipt } from '../../../chat.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import { inlineMediaTypes, maxAltTextLength } from '../limits.ts';
import type { Rendered } from '../render/message.ts';
import { deliverySentences } from '../sentences.ts';
import { transferStallMs } from '../timings.ts';
import { asUndeliverable, codeOf, hadNoEffect } from '../web/slack-error.ts';
import type { Web } from '../web/web.ts';
import { awaitShare, deleteFiles, findShare, permalinkOf } from './files.ts';
import type { Destination } from './message-ref.ts';

/** Makes a picture smaller or of another type. Rejects with an `UndeliverableError` if it cannot. */
export type Fit = (
  media: Media,
  want: { bytes?: number; types?: string[] },
) => Promise<{ media: Media; open(): Promise<Readable> }>;

/** Returns the connection to an address that Slack names. The connection refuses addresses in private networks. */
export type DispatcherFor = (url: string) => Dispatcher;

/** Rounds of looks, each half a minute, after which Slack is not going to show a file. */
const maxRounds = 3;

/** Times that files are sent again after Slack never showed them. */
const maxDrops = 1;

/** Bytes that are read of Slack's answer to a transfer. */
const maxAnswerBytes = 65_536;

const uploadTicket = z.object({ upload_url: z.url(), file_id: z.string() });
const anything = z.object({});

/**
 * The notes of an upload in its receipt. `files` are ids, and `into` is the channel. `completing` means that the
 * message may be there. `rounds` counts the waits in vain, and `dropped` the uploads that were given up.
 */
const uploadNotes = z.object({
  files: z.array(z.string()).optional(),
  into: z.string().optional(),
  completing: z.boolean().optional(),
  rounds: z.number().optional(),
  dropped: z.number().optional(),
});
type UploadNotes = z.output<typeof uploadNotes>;

type Parts = {
  web: Web;
  open(media: string): Promise<Readable | undefined>;
  fit: Fit;
  dispatcherFor: DispatcherFor;
  clock: Clock;
};

/**
 * The uploaded files, and the timestamp of their message. Without `ts`, Slack shows them nowhere: `link` is an address.
 */
type Uploaded = { ts?: string; files: string[]; link?: string };

/** One attempt of an upload: where to, with which words, and what it notes. */
type Attempt = { tenant: string; to: Destination; drawing: Rendered; receipt: Receipt; signal: AbortSignal };

/** Puts all media, and the blocks below them, into one message: once for one receipt. */
export type Upload = (
  tenant: string,
  to: Destination,
  media: Media[],
  drawing: Rendered,
  receipt: Receipt,
  signal: AbortSignal,
) => Promise<Uploaded>;

/** Returns the upload. It rejects with an `UndeliverableError` if another attempt is useless. */
export function createUpload({ web, open, fit: refit, dispatcherFor, clock }: Parts): Upload {
  /** Finishes the upload of an earlier attempt. Undefined if there is none, or if it has to start anew. */
  async function resume(attempt: Attempt): Promise<Uploaded | undefined> {
    const { tenant, to, receipt, signal } = attempt;
    const notes = uploadNotes.parse(receipt.notes);
    if (!notes.completing || !notes.files?.length || notes.into !== to.channel) return undefined;
    const { files } = notes;
    const [first = ''] = files;
    const there = await findShare(web, tenant, first, to.channel, signal);
    if (there) return { ts: there, files };
    if (!(await completeAgain(attempt, files))) return undefined;
    const ts = await confirm(attempt, first, notes.rounds ?? 0);
    return ts ? { ts, files } : giveUp(attempt, files, notes);
  }

  /** Deletes files that Slack never showed, so that they start anew. After too many losses, returns their address. */
  async function giveUp({ tenant, receipt, signal }: Attempt, files: string[], notes: UploadNotes) {
    const dropped = (notes.dropped ?? 0) + 1;
    if (dropped > maxDrops) return { files, link: await permalinkOf(web, tenant, files[0] ?? '', signal) };
    await deleteFiles(web, tenant, files, signal);
    await receipt.note({ files: [], completing: false, rounds: 0, dropped });
    return undefined;
  }

  /** Gets an id for each file, notes all of them, and only then sends bytes. */
  async function transfer({ tenant, to, receipt, signal }: Attempt, media: Media[]) {
    const sources = await Promise.all(media.map(sourceOf));
    const tickets: z.output<typeof uploadTicket>[] = [];
    for (const { media: each } of sources) {
      const args = { filename: each.name, length: each.bytes, alt_txt: each.alt.slice(0, maxAltTextLength) };
      tickets.push(await web.call(tenant, 'files.getUploadURLExternal', args, uploadTicket, { signal }));
    }
    const files = tickets.map(({ file_id }) => file_id);
    await receipt.note({ files, into: to.channel, completing: false, rounds: 0 });
    for (const [index, source] of sources.entries()) {
      const bytes = await source.open();
      if (!bytes) throw new UndeliverableError(deliverySentences.fileGone(source.media.name));
      await sendBytes(tenant, source.media, bytes, tickets[index]?.upload_url ?? '', signal);
    }
    return { files, titles: sources.map(({ media: { name } }) => name) };
  }

  /** Returns a file that every client of Slack shows. Videos stay as they are. */
  async function sourceOf(media: Media): Promise<{ media: Media; open(): Promise<Readable | undefined> }> {
    const isShown = inlineMediaTypes.includes(media.type) || media.kind === 'video';
    return isShown ? { media, open: () => open(media.id) } : refit(media, { types: inlineMediaTypes });
  }

  async function sendBytes(tenant: string, media: Media, bytes: Readable, url: string, signal: AbortSignal) {
    const { statusCode, body } = await request(url, {
      method: 'POST',
      // With a length, the bytes go out as they are read. Without one, Slack refuses the transfer.
      headers: { 'content-type': media.type, 'content-length': String(media.bytes) },
      body: bytes,
      dispatcher: dispatcherFor(url),
      signal,
      headersTimeout: transferStallMs,
      bodyTimeout: transferStallMs,
    });
    await body.dump({ limit: maxAnswerBytes });
    if (statusCode !== 200) throw new Error(`Slack answered ${statusCode} to the bytes of a file in ${tenant}`);
  }

  /** Makes the message with the files. */
  async function complete({ tenant, to, drawing, signal }: Attempt, files: { id: string; title?: string }[]) {
    const into = { files, channel_id: to.channel, thread_ts: to.thread };
    const options = { channel: to.channel, signal };
    const call = (words: object) =>
      web.call(tenant, 'files.completeUploadExternal', { ...into, ...words }, anything, options);
    try {
      await call(drawing.blocks.length ? { blocks: drawing.blocks } : {});
    } catch (error) {
      // Slack takes fewer kinds of blocks beside files than elsewhere. The words matter more than how they look.
      if (codeOf(error) !== 'invalid_blocks') throw error;
      await call({ initial_comment: drawing.text });
    }
  }

  /** Makes the message if an earlier attempt did not. Returns false if the upload is gone and has to start anew. */
  async function completeAgain(attempt: Attempt, files: string[]): Promise<boolean> {
    const withoutTitles = files.map((id) => ({ id }));
    try {
      await complete(attempt, withoutTitles);
      return true;
    } catch (error) {
      const code = codeOf(error);
      if (code === 'file_not_found') return false;
      // Files cannot be completed twice, and no document says how Slack puts that: they may only not have appeared yet.
      const mayBeCompleted = hadNoEffect(error) && !(asUndeliverable(error) instanceof UndeliverableError);
      if (code !== undefined && mayBeCompleted) return true;
      throw error;
    }
  }

  /** Waits for the message. Rejects while it may still appear. Undefined after the last round. */
  async function confirm({ tenant, to, receipt, signal }: Attempt, file: string, roundsBefore: number) {
    const ts = await awaitShare({ web, clock }, tenant, file, to.channel, signal);
    if (ts) return ts;
    const rounds = roundsBefore + 1;
    await receipt.note({ rounds });
    if (rounds < maxRounds) throw new Error('Slack has accepted the files but has not shown them yet');
    return undefined;
  }

  return async function upload(tenant, to, media, drawing, receipt, signal) {
    const attempt = { tenant, to, drawing, receipt, signal };
    const resumed = await resume(attempt);
    if (resumed) return resumed;
    const { files, titles } = await transfer(attempt, media);
    await receipt.note({ files, into: to.channel, completing: true });
    const withTitles = files.map((id, index) => ({ id, title: titles[index] }));
    await complete(attempt, withTitles);
    const ts = await confirm(attempt, files[0] ?? '', 0);
    return { ts, files };
  };
}
