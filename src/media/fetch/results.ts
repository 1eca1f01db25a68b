/** Brings the outputs of a finished job onto our own disk, once, because PhotoGPT's links may not last. */
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

/** What must be known of a finished job to fetch and to name its outputs. */
export type FinishedJob = {
  id: number;
  platform: string;
  tenant: string;
  person: string;
  outputs: Output[];
  request: Record<string, unknown>;
  call: { options: Record<string, unknown> };
};

export type ResultsParts = { api: PhotoGPT; store: MediaStore; files: MediaFiles; download: Download };
/** Another address may help, and the same one never will. */
const stale: ReadonlySet<DownloadError['kind']> = new Set(['gone', 'forbidden'] as const);

export type Results = (job: FinishedJob, signal: AbortSignal) => Promise<Media[]>;

/** No picture or video that the API makes is known to come near these. Bytes. */
const limits = { image: 100e6, video: 1_000e6 };

/**
 * Returns what gives a job's outputs, fetching those that are not on this disk. Throws `UserError` (`resultGone`) when
 * PhotoGPT no longer has one, and another error when a later try makes sense.
 */
export function createResults({ api, store, files, download }: ResultsParts): Results {
  /** A link that still works, where the one that came with the job does not. */
  async function freshUrl({ kind, id }: Output, signal: AbortSignal): Promise<string | undefined> {
    if (kind === 'image') return (await api.getImage({ imageID: id }, { signal })).url;
    const file = await api.getVideoDownload({ videoID: id }, { signal });
    return file.status === 'ready' ? file.url : undefined;
  }

  /** The link that came with the job, and a fresh one where that has gone stale. */
  async function fetchTo(draft: string, output: Output, signal: AbortSignal): Promise<void> {
    const known = output.file ?? output.url;
    if (known) {
      try {
        await download(known, draft, limits[output.kind], signal);
        return;
      } catch (error) {
        if (!(error instanceof DownloadError) || !stale.has(error.kind)) throw error;
      }
    }
    const fresh = await freshUrl(output, signal);
    if (!fresh || fresh === known) throw new DownloadError('gone', 'PhotoGPT has no other link');
    await download(fresh, draft, limits[output.kind], signal);
  }

  /** `earlier` is the row of a file that another machine fetched: it keeps its id, and gets its bytes here too. */
  async function fetchOne(
    job: FinishedJob,
    image: number,
    output: Output,
    earlier: StoredMedia | undefined,
    signal: AbortSignal,
  ) {
    const draft = await files.draft();
    try {
      await fetchTo(draft, output, signal);
      const facts = await inspect(draft);
      if (!facts) throw new DownloadError('trouble', 'what arrived is neither a picture nor a video');
      const { kind, type, width, height, seconds } = facts;
      const { platform, tenant, person } = job;
      const [id, sha256] = [earlier?.id ?? files.newId(), await digestOf(draft)];
      await files.settle(draft, id);
      const bytes = (await files.size(id)) ?? 0;
      // PhotoGPT may have packed it anew since: what counts is what lies here.
      if (earlier) return { ...earlier, kind, type, bytes, width, height, seconds: seconds ?? null, sha256 };
      const whose = { platform, tenant, person, job: job.id, image, remoteId: output.id };
      const kept = await store.keep({ id, ...whose, kind, type, bytes, width, height, seconds, sha256 });
      if (kept.id !== id) await files.remove(id);
      return kept;
    } finally {
      await rm(draft, { force: true });
    }
  }

  return async function results(job, signal) {
    const stored = await store.ofJob(job.id);
    const media: Media[] = [];
    for (const [index, output] of job.outputs.entries()) {
      const image = index + 1;
      try {
        const row = stored.find((earlier) => earlier.image === image);
        // A machine that lost its power may have kept the name of a file and not all of its bytes.
        const here = row && (await files.size(row.id)) === row.bytes;
        media.push(presented(job, here ? row : await fetchOne(job, image, output, row, signal)));
      } catch (error) {
        const missing = error instanceof PhotoGPTError && error.reason === 'missing';
        const gone = error instanceof DownloadError && (stale.has(error.kind) || error.kind === 'too large');
        if (missing || gone) throw refuse('resultGone', undefined);
        throw error;
      }
    }
    return media;
  };
}

/** A kept output as it is shown: named and described after what was asked for. */
export function presented(job: FinishedJob, row: StoredMedia): Media {
  const { id, kind, type, bytes, width, height } = row;
  const prompt = typeof job.request.prompt === 'string' ? job.request.prompt : '';
  const words =
    prompt
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.join('-')
      .slice(0, 40)
      .replace(/-$/, '') || 'photogpt';
  const extension = type.split('/')[1]?.replace('jpeg', 'jpg').replace('quicktime', 'mov') ?? 'bin';
  return {
    id,
    kind,
    name: `${words}-${job.id}-${row.image ?? 1}.${extension}`,
    type,
    bytes,
    width,
    height,
    seconds: row.seconds ?? undefined,
    // 1,000 characters are the most that Slack takes, 1,024 Discord.
    alt: prompt ? [...prompt].slice(0, 1_000).join('') : `A ${kind} made by PhotoGPT`,
    spoiler: job.call.options.spoiler === true,
    ...linkOf(job.outputs[(row.image ?? 1) - 1]),
  };
}

/** Pictures can be made smaller, so only a video needs one. */
const linkOf = (output: Output | undefined) =>
  output?.kind === 'video' && output.file && URL.canParse(output.file) ? { link: output.file } : {};
