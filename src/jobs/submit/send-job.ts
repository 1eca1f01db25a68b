/**
 * Sends one claimed job to PhotoGPT.
 *
 * 1. Its references are handed over. Nothing was paid for until then.
 * 2. The row says that the request leaves (`sentAt`). A claim of a job without references has said so already.
 * 3. The paid request leaves.
 * 4. The row gets the id that PhotoGPT gave, and the job is running.
 *
 * An error before step 3, or a refusal, puts the job back into the queue or fails it. A lost answer leaves it in doubt.
 */
import { backoff } from '../../concurrency/backoff.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../log.ts';
import type { References } from '../../media/uploads/references.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import type { ApiKeyStore } from '../state/api-key-store.ts';
import type { Job } from '../state/job-store.ts';
import type { Transitions } from '../state/transitions-store.ts';
import { maxClaimAgeMs, saveIdBackoffMs, submitLeaseMs } from '../timings.ts';
import { bodyOf } from './request-body.ts';
import { failureOf, isWithoutEffect } from './send-failure.ts';

/** The parts that sending one job needs. */
export type SendJobParts = {
  /** A client that does not wait for the API rate. The call permit was waited for before the claim. */
  api: PhotoGPT;
  transitions: Transitions;
  apiKeyStore: ApiKeyStore;
  references: References;
  clock: Clock;
  random: () => number;
  log: Log;
};

/**
 * Sends a claimed job. `claimedAt` is when the claim began, in epoch milliseconds. Resolves with whether the job ended.
 * Rejects when the database fails: the claim then expires, and the job goes back into the queue or into doubt.
 */
type SendJob = (claimed: Job, claimedAt: number, signal: AbortSignal) => Promise<boolean>;

/** Tries to save the id of a paid job, over up to 14 seconds. After the last one the job is in doubt, and its id is in the list. */
const maxSaveAttempts = 8;

/** Returns the function that sends one job. */
export function createSendJob(parts: SendJobParts): SendJob {
  const { api, transitions, apiKeyStore, references, clock, random } = parts;
  // Made only when something is logged: a child logger costs as much as a line.
  const logOf = (job: Job) => parts.log.child({ job: job.id });

  /** Ends the job or puts it back into the queue, after an error without effect. Resolves with whether it ended. */
  async function setBack(job: Job, error: unknown): Promise<boolean> {
    const failure = failureOf(error);
    if (failure) return transitions.refused(job, failure);
    const waitMs = (error instanceof PhotoGPTError && error.retryAfterMs) || backoff(job.attempts, random);
    if (error instanceof PhotoGPTError && error.verdict === 'busy') await apiKeyStore.pause(waitMs);
    await transitions.requeue(job, waitMs);
    return false;
  }

  /**
   * Hands the references over, and saves each. Resolves with the job as it is then. Resolves with undefined when the
   * claim is lost or a pause began: an upload takes up to half a minute. The saved references stay for the next try.
   */
  async function handOver(claimed: Job, signal: AbortSignal): Promise<Job | undefined> {
    let job = claimed;
    for (const [index, reference] of claimed.refs.entries()) {
      const resolved = await references.resolve(reference, signal);
      const saved = await transitions.referenced(job, job.refs.with(index, resolved), submitLeaseMs);
      if (!saved) return undefined;
      job = saved;
      const { pausedForMs } = await apiKeyStore.state();
      if (pausedForMs > 0) {
        await transitions.requeue(job, pausedForMs);
        return undefined;
      }
    }
    return job;
  }

  /** Saves the id of a job that PhotoGPT has, or records it as an orphan. Rejects when the database does not answer. */
  async function saveId(job: Job, remoteId: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        if (await transitions.accepted(job.id, remoteId)) return;
        // Reconciling may have found the job in the list while this answer was on its way.
        if ((await apiKeyStore.known([remoteId])).has(remoteId)) return;
        logOf(job).warn({ remoteId }, 'booked a late id as an orphan');
        await apiKeyStore.orphan({ remoteId, verdict: 'late' });
        return;
      } catch (error) {
        logOf(job).error({ err: error, remoteId, attempt }, 'saving the id of a running job failed');
        if (attempt === maxSaveAttempts) throw error;
        await clock.sleep(backoff(attempt, random, saveIdBackoffMs));
      }
    }
  }

  /**
   * Sends the paid request. `leavingAt` is when the row was told of it, in epoch milliseconds: the claim is renewed then.
   * Resolves with whether the job ended.
   */
  async function sendPaidRequest(job: Job, leavingAt: number, signal: AbortSignal): Promise<boolean> {
    if (clock.now() - leavingAt > maxClaimAgeMs) {
      logOf(job).warn('the claim is too old to send');
      await transitions.requeue(job, 0);
      return false;
    }
    try {
      const { jobId } = await callApi(api, job, signal);
      await saveId(job, jobId);
      return false;
    } catch (error) {
      const safe = isWithoutEffect(error);
      logOf(job).warn({ err: error, safe }, 'submit failed');
      if (safe) return setBack(job, error);
      await transitions.doubt(job);
      return false;
    }
  }

  return async function sendJob(claimed, claimedAt, signal) {
    if (claimed.sentAt) return sendPaidRequest(claimed, claimedAt, signal);
    let ready: Job | undefined;
    try {
      ready = await handOver(claimed, signal);
    } catch (error) {
      logOf(claimed).warn({ err: error }, 'handing over a reference failed');
      return setBack(claimed, error);
    }
    const leavingAt = clock.now();
    const leaving = ready && (await transitions.sending(ready, submitLeaseMs));
    return leaving ? sendPaidRequest(leaving, leavingAt, signal) : false;
  };
}

/** Makes the request that starts the job at PhotoGPT. Resolves with the id that PhotoGPT gave. */
function callApi(api: PhotoGPT, job: Job, signal: AbortSignal): Promise<{ jobId: string }> {
  const body = bodyOf(job.request, job.refs);
  switch (job.operation) {
    case 'image':
      return api.generateImage(body, { signal });
    case 'video':
      return api.generateVideo(body, { signal });
    case 'upscale':
      return api.upscaleImage({ imageID: String(body.imageID) }, { signal });
    case 'train':
      throw new Error('trainings are claimed and sent by train.ts');
  }
}
