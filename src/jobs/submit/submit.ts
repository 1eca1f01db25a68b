/** Sends waiting jobs to PhotoGPT: the row first, then the money, then what PhotoGPT calls it. */

import { backoff } from '../../concurrency/backoff.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { type Failure, UserError } from '../../errors/catalogue.ts';
import type { Log } from '../../log.ts';
import type { References } from '../../media/uploads/references.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import { type Partition, wholePartition } from '../replicas/peers.ts';
import type { ApiKeyStore } from '../state/api-key-store.ts';
import type { Job } from '../state/job-store.ts';
import type { Transitions } from '../state/transitions-store.ts';
import { requestTimeoutMs, submitLeaseMs } from '../timings.ts';
import { type CallPermitParts, createCallPermit } from './call-permit.ts';
import { bodyOf } from './request-body.ts';

/** A process that was stopped for longer than this, just before it sends, lets it be: its claim would end too early. */
export const tooLate = submitLeaseMs - requestTimeoutMs;

export type SubmitParts = {
  /** It waits for no budget: the call for a job is there before the job is claimed. */
  api: PhotoGPT;
  apiRate?: CallPermitParts['apiRate'];
  /** Which jobs are taken at once; all of them without it. */
  partition?(): Partition;
  key: string;
  transitions: Transitions;
  apiKeyStore: ApiKeyStore;
  references: References;
  /** How many jobs are sent at one time at most; 1 without it. More than there are lanes are never sent. */
  lanes?: number;
  clock: Clock;
  random: () => number;
  log: Log;
};

/** What a step found: whether it began to send a job, and whether another look is worth it at once. */
type Found = { hasBegun: boolean; hasMore: boolean };

/** `onLaneFree` is called when a request is over and jobs may be waiting, `onEnded` when a job ended and its person must be told. */
type SubmitCallbacks = { onLaneFree(): void; onEnded(): void };

/**
 * Returns a step that begins to send a job of each free lane, and `idle`, which resolves when none is being sent. The step
 * throws for the database. What fails once a job is claimed is seen to by itself: then the claim runs out and the job is looked into.
 */
export function createSubmit(parts: SubmitParts) {
  const { api, apiRate, key, transitions, apiKeyStore, references, clock, random, lanes = 1 } = parts;
  const { partition = () => wholePartition } = parts;
  const underWay = new Set<Promise<void>>();
  /** Somebody waits, or rang, who could not be served while so much was under way. */
  let again = false;
  let isKeyKnown = false;
  // Made where something is said: making one takes as long as saying it.
  const logOf = (job: Job) => parts.log.child({ job: job.id });
  const permit = createCallPermit({ apiRate, isWanted: () => transitions.isClaimable(key, partition()), clock });

  /** What an error before the paid request means: nothing was sent, so the worst is to wait. Tells whether it ended. */
  async function setBack(job: Job, error: unknown): Promise<boolean> {
    const failure = failureOf(error);
    if (failure) return transitions.refused(job, failure);
    const wait = (error instanceof PhotoGPTError && error.retryAfter) || backoff(job.attempts, random);
    if (error instanceof PhotoGPTError && error.verdict === 'busy') await apiKeyStore.pause(wait);
    await transitions.requeue(job, wait);
    return false;
  }

  /** PhotoGPT has the job, so its id must be kept, however the database feels at the moment. */
  async function keep(job: Job, remoteId: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        if (await transitions.accepted(job.id, remoteId)) return;
        // Found in the list, and kept, while this answer was on its way.
        if ((await apiKeyStore.known([remoteId])).has(remoteId)) return;
        logOf(job).warn({ remoteId }, 'accepted after the job had ended or had an id; booked as an orphan');
        await apiKeyStore.orphan({ remoteId, verdict: 'late' });
        return;
      } catch (error) {
        logOf(job).error({ err: error, remoteId, attempt }, 'the id of a running job could not be saved');
        if (attempt === 8) throw error;
        await clock.sleep(backoff(attempt, random, { firstMs: 200, maxMs: 4_000 }));
      }
    }
  }

  /** `asked` is when the claim was asked for. Tells whether the job ended. */
  async function run(claimed: Job, asked: number, signal: AbortSignal): Promise<boolean> {
    let [job, since] = [claimed, asked];
    if (!claimed.sentAt) {
      try {
        for (const [index, ref] of claimed.refs.entries()) {
          const resolved = await references.resolve(ref, signal);
          const kept = await transitions.referenced(job, job.refs.with(index, resolved), submitLeaseMs);
          if (!kept) return false;
          job = kept;
          // An upload takes up to half a minute, and PhotoGPT may want to be left alone since. What was uploaded is kept.
          const { pausedFor } = await apiKeyStore.state();
          if (pausedFor > 0) {
            await transitions.requeue(job, pausedFor);
            return false;
          }
        }
      } catch (error) {
        logOf(job).warn({ err: error }, 'a reference could not be handed over; nothing was sent');
        return setBack(job, error);
      }
      since = clock.now();
      const leaving = await transitions.sending(job, submitLeaseMs);
      if (!leaving) return false;
      job = leaving;
    }
    if (clock.now() - since > tooLate) {
      logOf(job).warn('stopped for so long that somebody else may have the job by now; nothing was sent');
      await transitions.requeue(job, 0);
      return false;
    }
    try {
      const { jobId } = await send(api, job, signal);
      await keep(job, jobId);
      return false;
    } catch (error) {
      const safe = error instanceof PhotoGPTError && (error.verdict === 'refused' || error.verdict === 'busy');
      logOf(job).warn({ err: error, safe }, 'submit failed');
      if (safe) return setBack(job, error);
      await transitions.doubt(job);
      return false;
    }
  }

  return {
    async step(signal: AbortSignal, callbacks: SubmitCallbacks): Promise<Found> {
      if (underWay.size >= lanes) {
        again = true;
        return { hasBegun: false, hasMore: false };
      }
      // A pause is written on the key's row, so there must be one before anything is asked of PhotoGPT.
      if (!isKeyKnown) await apiKeyStore.state();
      isKeyKnown = true;
      again = false;
      const due = await permit.come(signal);
      const asked = clock.now();
      // A call of the budget is for one.
      const room = apiRate?.limited ? 1 : lanes - underWay.size;
      const claimed = due === 'now' ? await transitions.claimSome(key, submitLeaseMs, room, partition()) : [];
      if (due === 'now') await permit.over(claimed.length > 0);
      const hasMore = claimed.some((one) => one.hasMore);
      // What is there may wait for a lane that is being used here, or for room.
      again ||= hasMore || underWay.size > 0 || (room > 1 && claimed.length === room);
      if (claimed.length === 0) return { hasBegun: false, hasMore: due === 'soon' };
      for (const job of claimed) {
        const running = run(job, asked, signal)
          .catch((error: unknown) => {
            logOf(job).error({ err: error }, 'a job that was being sent is left to its claim');
            return false;
          })
          .then((ended) => {
            underWay.delete(running);
            if (ended) callbacks.onEnded();
            if (again) callbacks.onLaneFree();
          });
        underWay.add(running);
      }
      // All free lanes were looked at, but for a budget's sake.
      return { hasBegun: true, hasMore: hasMore && room === 1 };
    },
    idle: async (): Promise<void> => {
      await Promise.all(underWay);
    },
  };
}

function send(api: PhotoGPT, job: Job, signal: AbortSignal): Promise<{ jobId: string }> {
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

/** How the job fails when PhotoGPT, or the picture itself, says no for good; undefined when trying later makes sense. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof UserError) return error.failure;
  if (!(error instanceof PhotoGPTError) || error.verdict !== 'refused') return undefined;
  if (error.reason === 'credits') return { code: 'outOfCredits', details: undefined };
  if (error.reason === 'access') return { code: 'keyRefused', details: undefined };
  return { code: 'refused', details: { reason: error.message } };
}
