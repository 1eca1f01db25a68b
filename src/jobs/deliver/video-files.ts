/** Turns finished videos into files: PhotoGPT gives playlists, which no chat plays, and makes files when asked. */

import { backoff } from '../../concurrency/backoff.ts';
import type { Output } from '../../db/schema/schema.ts';
import type { Log } from '../../log.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import type { ApiKeyStore } from '../state/api-key-store.ts';
import type { Job } from '../state/job-store.ts';
import type { Transitions } from '../state/transitions-store.ts';

export type VideoFilesParts = {
  api: PhotoGPT;
  transitions: Transitions;
  apiKeyStore: ApiKeyStore;
  random: () => number;
  log: Log;
};

/** No interval is documented; a file of a short clip is usually there within a minute. Milliseconds. */
const interval = 3_000;
const lease = 60_000;
const batch = 5;

/** Returns a step that looks after the videos that are due, and tells whether there were any. */
export function createVideoFiles({ api, transitions, apiKeyStore, random, log }: VideoFilesParts) {
  /** Looking comes before asking, so that after a crash nothing is asked for twice. */
  async function fileOf(output: Output, signal: AbortSignal): Promise<string | undefined> {
    const looked = await api.getVideoDownload({ videoID: output.id }, { signal }).catch((error: unknown) => {
      if (error instanceof PhotoGPTError && (error.reason === 'missing' || error.reason === 'conflict'))
        return undefined;
      throw error;
    });
    if (looked?.status === 'ready') return looked.url;
    if (looked?.status === 'preparing') return undefined;
    await api.createVideoDownload({ videoID: output.id }, { signal });
    return undefined;
  }

  async function advance(job: Job, signal: AbortSignal): Promise<void> {
    const outputs: Output[] = [];
    for (const output of job.outputs) {
      const file = output.kind === 'video' ? (output.file ?? (await fileOf(output, signal))) : output.url;
      outputs.push(file ? { ...output, file } : output);
    }
    if (outputs.every((output) => output.file)) await transitions.prepared(job.id, outputs);
    else await transitions.prepareLater(job.id, interval);
  }

  return async function prepare(signal: AbortSignal): Promise<boolean> {
    const due = await transitions.claimPreparing(lease, batch);
    for (const [index, job] of due.entries()) {
      // The claim looked at the pause, but the files before this one may have taken a minute, or been one too many.
      const { pausedFor } = index > 0 ? await apiKeyStore.state() : { pausedFor: 0 };
      if (pausedFor > 0) {
        await transitions.prepareLater(job.id, pausedFor);
        continue;
      }
      try {
        await advance(job, signal);
      } catch (error) {
        if (!(error instanceof PhotoGPTError)) throw error;
        const wait = error.retryAfter ?? backoff(4, random);
        log.warn({ err: error, job: job.id, wait }, 'a video file could not be asked for');
        if (error.reason === 'rate') await apiKeyStore.pause(wait);
        await transitions.prepareLater(job.id, wait);
      }
    }
    return due.length > 0;
  };
}
