/**
 * Turns finished videos into files. PhotoGPT returns playlists, which no chat plays, and makes files when asked. A job
 * is in the state `preparing` until each of its videos has a file.
 */

import { backoff } from '../../concurrency/backoff.ts';
import type { Output } from '../../db/schema/schema.ts';
import type { Log } from '../../log.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import type { ApiKeyStore } from '../state/api-key-store.ts';
import type { Job } from '../state/job-store.ts';
import type { Transitions } from '../state/transitions-store.ts';
import { videoFileIntervalMs, videoFilesLeaseMs } from '../timings.ts';

/** Parts of preparing video files. */
export type VideoFilesParts = {
  api: PhotoGPT;
  transitions: Transitions;
  apiKeyStore: ApiKeyStore;
  random: () => number;
  log: Log;
};

/** Jobs in one step. */
const maxJobs = 5;

/** After an error without a Retry-After, the wait is that of the fourth try: 1 to 4 seconds. */
const backoffAttempt = 4;

/** Returns a step that asks for the files of videos that are due, and resolves with whether there were any. */
export function createVideoFiles({ api, transitions, apiKeyStore, random, log }: VideoFilesParts) {
  /** Returns the address of the file, or asks for it. Looking comes first, so that a crash never asks twice. */
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

  async function withFile(output: Output, signal: AbortSignal): Promise<Output> {
    const file = output.kind === 'video' ? (output.file ?? (await fileOf(output, signal))) : output.url;
    return file ? { ...output, file } : output;
  }

  /** Ends the job if all files are there. Throws `PhotoGPTError`. */
  async function advance(job: Job, signal: AbortSignal): Promise<void> {
    const outputs: Output[] = [];
    for (const output of job.outputs) outputs.push(await withFile(output, signal));
    if (outputs.every((output) => output.file)) await transitions.prepared(job.id, outputs);
    else await transitions.prepareLater(job.id, videoFileIntervalMs);
  }

  async function advanceLater(job: Job, error: PhotoGPTError): Promise<void> {
    const wait = error.retryAfterMs ?? backoff(backoffAttempt, random);
    log.warn({ err: error, job: job.id, wait }, 'preparing a video file failed');
    if (error.reason === 'rate') await apiKeyStore.pause(wait);
    await transitions.prepareLater(job.id, wait);
  }

  async function advanceOrWait(job: Job, signal: AbortSignal): Promise<void> {
    try {
      await advance(job, signal);
    } catch (error) {
      if (!(error instanceof PhotoGPTError)) throw error;
      await advanceLater(job, error);
    }
  }

  return async function prepare(signal: AbortSignal): Promise<boolean> {
    const due = await transitions.claimPreparing(videoFilesLeaseMs, maxJobs);
    for (const [index, job] of due.entries()) {
      // The claim looked at the pause. A later job looks again, because the files before it may have taken a minute, or
      // may have been too many calls.
      const { pausedForMs } = index > 0 ? await apiKeyStore.state() : { pausedForMs: 0 };
      if (pausedForMs > 0) await transitions.prepareLater(job.id, pausedForMs);
      else await advanceOrWait(job, signal);
    }
    return due.length > 0;
  };
}
