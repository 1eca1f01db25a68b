/**
 * Brings the outputs of a finished job onto our own disk, once, because PhotoGPT's links may not last.
 *
 * In this room: `results.ts` decides which outputs to fetch, `download.ts` fetches a file, `link.ts` an address that a
 * person typed. `guarded.ts` and `addresses.ts` keep all of them out of private networks. `to-media.ts` names and
 * describes an output for the chat.
 */
import { rm } from 'node:fs/promises';
import type { Media } from '../../chat.ts';
import type { Output } from '../../db/schema/schema.ts';
import { refuse } from '../../errors/catalogue.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import type { MediaFiles } from '../files.ts';
import type { MediaStore, StoredMedia } from '../media-store.ts';
import { digestOf, inspect } from '../uploads/inspect.ts';
import { type Download, DownloadError } from './download.ts';
import { type FinishedJob, toMedia } from './to-media.ts';

/** The parts of the bot that fetching results needs. */
export type ResultsParts = { api: PhotoGPT; store: MediaStore; files: MediaFiles; download: Download };

/**
 * Returns a job's outputs, and fetches those that are not on this disk. Throws `UserError` (`resultGone`) when PhotoGPT no
 * longer has one, and another error when a later try makes sense.
 */
export type Results = (job: FinishedJob, signal: AbortSignal) => Promise<Media[]>;

/** Errors of a link that no longer works: another link may help, and the same one never will. */
const staleLinkErrors: ReadonlySet<DownloadError['kind']> = new Set(['gone', 'forbidden'] as const);

/** Largest files, in bytes. No picture or video that the API makes is known to come near these. */
const maxBytes = { image: 100e6, video: 1_000e6 };

/** Returns the function that gives a job's outputs. */
export function createResults({ api, store, files, download }: ResultsParts): Results {
  /** Returns a link that works now. Undefined when PhotoGPT has no file yet. */
  async function freshUrl({ kind, id }: Output, signal: AbortSignal): Promise<string | undefined> {
    if (kind === 'image') return (await api.getImage({ imageID: id }, { signal })).url;
    const file = await api.getVideoDownload({ videoID: id }, { signal });
    return file.status === 'ready' ? file.url : undefined;
  }

  /** Fetches by the link that came with the job, or by a fresh one when that has gone stale. */
  async function fetchTo(draft: string, output: Output, signal: AbortSignal): Promise<void> {
    const known = output.file ?? output.url;
    if (known) {
      try {
        await download(known, draft, maxBytes[output.kind], signal);
        return;
      } catch (error) {
        if (!(error instanceof DownloadError) || !staleLinkErrors.has(error.kind)) throw error;
      }
    }
    const fresh = await freshUrl(output, signal);
    if (!fresh || fresh === known) throw new DownloadError('gone', 'PhotoGPT has no other link');
    await download(fresh, draft, maxBytes[output.kind], signal);
  }

  /** Fetches one output. `earlier` is the row of a file that another machine fetched: it keeps its id. */
  async function fetchOne(
    job: FinishedJob,
    image: number,
    output: Output,
    earlier: StoredMedia | undefined,
    signal: AbortSignal,
  ): Promise<StoredMedia> {
    const draft = await files.draft();
    try {
      await fetchTo(draft, output, signal);
      const facts = await inspect(draft);
      if (!facts) throw new DownloadError('trouble', 'what arrived is neither a picture nor a video');
      const { kind, type, width, height, seconds } = facts;
      const id = earlier?.id ?? files.newId();
      const sha256 = await digestOf(draft);
      await files.settle(draft, id);
      const bytes = (await files.size(id)) ?? 0;
      // PhotoGPT may have packed it anew since. The facts of the file on this disk count.
      if (earlier) return { ...earlier, kind, type, bytes, width, height, seconds: seconds ?? null, sha256 };
      const { platform, tenant, person } = job;
      const origin = { platform, tenant, person, job: job.id, image, remoteId: output.id };
      const row = await store.insert({ id, ...origin, kind, type, bytes, width, height, seconds, sha256 });
      if (row.id !== id) await files.remove(id);
      return row;
    } finally {
      await rm(draft, { force: true });
    }
  }

  /** Returns whether the file of a row is on this disk. A machine that lost its power may have kept a part of it only. */
  const isHere = async (row: StoredMedia) => (await files.size(row.id)) === row.bytes;

  return async function results(job, signal) {
    const stored = await store.ofJob(job.id);
    const media: Media[] = [];
    for (const [index, output] of job.outputs.entries()) {
      const image = index + 1;
      const row = stored.find((earlier) => earlier.image === image);
      try {
        const file = row && (await isHere(row)) ? row : await fetchOne(job, image, output, row, signal);
        media.push(toMedia(job, file));
      } catch (error) {
        throw isGone(error) ? refuse('resultGone', undefined) : error;
      }
    }
    return media;
  };
}

/** Returns whether no later attempt can fetch the output. */
function isGone(error: unknown): boolean {
  if (error instanceof PhotoGPTError) return error.reason === 'missing';
  if (!(error instanceof DownloadError)) return false;
  return staleLinkErrors.has(error.kind) || error.kind === 'too large';
}
