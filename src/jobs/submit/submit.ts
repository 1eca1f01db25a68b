/**
 * Claims waiting jobs and begins to send them to PhotoGPT, at most one in each lane.
 *
 * One step goes this way. It never waits for a request to end.
 *
 * 1. It leaves at once when as many requests are under way as there are lanes.
 * 2. With an API rate it waits up to a second for a call permit, and claims one job with it.
 * 3. Without a rate it claims the oldest job of each free lane.
 * 4. It begins to send the claimed jobs. See `send-job.ts`.
 */
import { type Partition, wholePartition } from '../replicas/peers.ts';
import type { Job } from '../state/job-store.ts';
import { submitLeaseMs } from '../timings.ts';
import { type CallPermitParts, createCallPermit } from './call-permit.ts';
import { createSendJob, type SendJobParts } from './send-job.ts';

/** The parts that claim jobs, and those that send one. */
export type SubmitParts = SendJobParts & {
  apiRate?: CallPermitParts['apiRate'];
  /** Returns which rows this process claims at once. All of them without it. */
  partition?(): Partition;
  /** The hash that rows carry in place of the API key. */
  key: string;
  /** Requests that may be under way at once. 1 without it. More than there are lanes are never under way. */
  lanes?: number;
};

/** The outcome of a step: whether it began to send a job, and whether the next step should follow at once. */
type Found = { hasBegun: boolean; hasMore: boolean };

/** `onLaneFree`: a request ended, and jobs may wait for its lane. `onEnded`: a job ended, and its person must be told. */
type SubmitCallbacks = { onLaneFree(): void; onEnded(): void };

/** Returns the step, which rejects when the database fails, and `idle`, which resolves when no request is under way. */
export function createSubmit(parts: SubmitParts) {
  const { apiRate, key, transitions, apiKeyStore, clock, log, lanes = 1, partition = () => wholePartition } = parts;
  const sendJob = createSendJob(parts);
  const callPermit = createCallPermit({
    apiRate,
    isWanted: () => transitions.isClaimable(key, partition()),
    clock,
  });
  const sending = new Set<Promise<void>>();
  let hasKeyRow = false;
  /** Whether the last step may have left a job for want of a lane or a slot. Then the end of a request calls for a step. */
  let mayHaveLeftJobs = false;

  /** Makes sure that the key has a row: a pause is written there, so it must come before the first request. */
  async function ensureKeyRow(): Promise<void> {
    if (!hasKeyRow) await apiKeyStore.state();
    hasKeyRow = true;
  }

  /** Begins to send a job. Its errors are logged: the claim then expires. */
  function begin(job: Job, claimedAt: number, signal: AbortSignal, callbacks: SubmitCallbacks): void {
    const sent = sendJob(job, claimedAt, signal)
      .catch((error: unknown) => {
        log.error({ err: error, job: job.id }, 'sending a job failed');
        return false;
      })
      .then((hasEnded) => {
        sending.delete(sent);
        if (hasEnded) callbacks.onEnded();
        if (mayHaveLeftJobs) callbacks.onLaneFree();
      });
    sending.add(sent);
  }

  return {
    async step(signal: AbortSignal, callbacks: SubmitCallbacks): Promise<Found> {
      if (sending.size >= lanes) {
        mayHaveLeftJobs = true;
        return { hasBegun: false, hasMore: false };
      }
      await ensureKeyRow();
      mayHaveLeftJobs = false;
      const permit = await callPermit.request(signal);
      if (permit !== 'granted') {
        mayHaveLeftJobs = sending.size > 0;
        return { hasBegun: false, hasMore: permit === 'pending' };
      }
      // A permit is for one call.
      const freeSlots = apiRate?.isLimited ? 1 : lanes - sending.size;
      const claimedAt = clock.now();
      const claimed = await transitions.claimSome(key, submitLeaseMs, freeSlots, partition());
      await callPermit.release(claimed.length > 0 ? 'used' : 'unused');
      const hasMore = claimed.some((job) => job.hasMore);
      const hasFilledSlots = freeSlots > 1 && claimed.length === freeSlots;
      mayHaveLeftJobs = hasMore || hasFilledSlots || sending.size > 0;
      for (const job of claimed) begin(job, claimedAt, signal, callbacks);
      // A claim for several slots has looked at all free lanes. A claim for one has taken from one lane only.
      return { hasBegun: claimed.length > 0, hasMore: hasMore && freeSlots === 1 };
    },

    idle: async (): Promise<void> => {
      await Promise.all(sending);
    },
  };
}
