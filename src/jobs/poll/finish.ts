/** Fetches one job from PhotoGPT and records its outcome. */
import type { Clock } from '../../concurrency/clock.ts';
import { ticksOf } from '../../concurrency/ticks.ts';
import { createBatchedWrites } from '../../db/batched-writes.ts';
import type { Output } from '../../db/schema/schema.ts';
import type { Log } from '../../log.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import type { End, Transitions } from '../state/transitions-store.ts';
import type { LearnedDurations } from './durations-store.ts';
import type { InFlightJob } from './in-flight.ts';
import type { Listed } from './list/read-list.ts';
import { endsTickMs, minMissingAgeMs } from './timings.ts';

/** Parts of the function that finishes jobs. */
export type FinishParts = {
  api: Pick<PhotoGPT, 'getJob'>;
  transitions: Pick<Transitions, 'ended'>;
  learnedDurations: Pick<LearnedDurations, 'learned'>;
  /** The clock of the ticks by which ends are written together. Without it, only those that come during a write are. */
  batchClock?: Clock;
  log: Log;
  /** Waits until PhotoGPT may be called. */
  enter?(signal: AbortSignal): Promise<void>;
};

/** Ends in one statement. */
const maxEnds = 200;

/** Details of one job, as PhotoGPT tells them. */
type Detail = Awaited<ReturnType<PhotoGPT['getJob']>>;

/** When PhotoGPT made a job and when it ended, in epoch milliseconds by PhotoGPT's clock. */
type Times = { createdAt: number | undefined; endedAt: number | undefined };

/** How one job is fetched. */
export type FinishOptions = {
  /** The entry of the job in the list. It knows more about credits and times than the job's details. */
  listed?: Pick<Listed, 'credits' | 'createdAt' | 'updatedAt'>;
  /** Whether the client tries again after a 429. True by default. */
  isPatient?: boolean;
  /** Whether the caller has a permit for the call already. False by default: then it waits for one. */
  hasPermit?: boolean;
  /**
   * Returns the job's age in milliseconds by the database's clock, because ours may be wrong. Without it the caller knows
   * from the database that the job is past its deadline. Then PhotoGPT's "no such job" counts, and no duration is learned
   * from the age.
   */
  ageMs?(): Promise<number>;
  /** Is called with the details, before the outcome is recorded. */
  onDetail?(detail: Pick<Detail, 'prompt' | 'videos'>): void;
};

/**
 * Returns whether the job is over, and its outcome recorded. Throws `PhotoGPTError` when PhotoGPT did not answer. Then
 * nothing has changed.
 */
export type Finish = (job: InFlightJob, signal: AbortSignal, options?: FinishOptions) => Promise<boolean>;

/** Returns the function that finishes jobs. Ends that it finds at the same time are written in one statement. */
export function createFinish(parts: FinishParts): Finish {
  const { api, transitions, learnedDurations, batchClock, log, enter = async () => {} } = parts;
  const recordEnd = createBatchedWrites((ends: End[]) => transitions.ended(ends), maxEnds, {
    ticks: ticksOf(batchClock, endsTickMs),
  });

  /** Returns the job's details. Undefined when PhotoGPT does not know the job. */
  async function fetchDetail(job: InFlightJob, signal: AbortSignal, isPatient: boolean): Promise<Detail | undefined> {
    try {
      return await api.getJob({ id: job.remoteId }, { signal, patient: isPatient });
    } catch (error) {
      if (error instanceof PhotoGPTError && error.reason === 'missing') return undefined;
      throw error;
    }
  }

  async function finishMissing({ id }: InFlightJob, ageMs: FinishOptions['ageMs']): Promise<boolean> {
    if (ageMs && (await ageMs()) <= minMissingAgeMs) return false;
    await recordEnd({ id, failure: { code: 'failed', details: { reason: 'it no longer knows this job' } } });
    return true;
  }

  /** Learns from PhotoGPT's times, or from the job's age where PhotoGPT told none. */
  async function learnDuration({ model }: InFlightJob, times: Times, ageMs: FinishOptions['ageMs']): Promise<void> {
    const { createdAt, endedAt } = times;
    const isTold = createdAt !== undefined && endedAt !== undefined;
    const durationMs = isTold ? endedAt - createdAt : await ageMs?.();
    if (durationMs !== undefined) learnedDurations.learned(model, durationMs / 1000);
  }

  return async function finish(job, signal, options = {}) {
    const { listed, isPatient = true, hasPermit = false, ageMs, onDetail } = options;
    if (!hasPermit) await enter(signal);
    const detail = await fetchDetail(job, signal, isPatient);
    if (!detail) return finishMissing(job, ageMs);
    onDetail?.(detail);
    if (detail.status === 'running') return false;
    const createdAt = listed?.createdAt ?? detail.createdAt;
    const endedAt = listed?.updatedAt ?? detail.updatedAt;
    await learnDuration(job, { createdAt, endedAt }, ageMs);
    await recordEnd(endOf(job, detail, listed?.credits ?? detail.credits, endedAt));
    if (detail.status !== 'failed')
      log.debug({ job: job.id, outputs: outputsOf(detail).length }, 'finished at PhotoGPT');
    return true;
  };
}

/** Returns the end of a job that has ended. `endedAt` is in epoch milliseconds by PhotoGPT's clock. */
function endOf({ id }: InFlightJob, detail: Detail, credits: number | undefined, endedAt: number | undefined): End {
  if (detail.status === 'failed') {
    return { id, failure: { code: 'failed', details: { reason: detail.error ?? 'it gave no reason' } } };
  }
  const outputs = outputsOf(detail);
  if (outputs.length === 0) return { id, failure: { code: 'empty', details: undefined } };
  return { id, outputs, credits, at: endedAt === undefined ? undefined : new Date(endedAt) };
}

const outputsOf = ({ images, videos }: Detail): Output[] => [
  ...images.map(({ id, url }): Output => ({ kind: 'image', id, url })),
  ...videos.map(({ id, url }): Output => ({ kind: 'video', id, url })),
];
