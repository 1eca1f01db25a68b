/** Reads one job at PhotoGPT and records its end. */
import type { Clock } from '../../concurrency/clock.ts';
import { ticksOf } from '../../concurrency/ticks.ts';
import { createBatchedWrites } from '../../db/batched-writes.ts';
import type { Output } from '../../db/schema/schema.ts';
import type { Log } from '../../log.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import type { End, Transitions } from '../state/transitions-store.ts';
import { endsTickMs, minMissingAgeMs } from '../timings.ts';
import type { LearnedDurations } from './durations-store.ts';
import type { InFlightJob } from './in-flight.ts';

/** The parts that reading and recording need. */
export type FinishParts = {
  api: Pick<PhotoGPT, 'getJob'>;
  transitions: Pick<Transitions, 'ended'>;
  learnedDurations: Pick<LearnedDurations, 'learned'>;
  /** The clock whose ticks gather ends. Ends are gathered only while others are being written without it. */
  batchClock?: Clock;
  clock: Pick<Clock, 'now'>;
  log: Log;
  /** Waits for a call of the API rate. */
  enter?(signal: AbortSignal): Promise<void>;
};

/** Ends in one statement. */
const maxEndsPerWrite = 200;

/** A job as PhotoGPT tells it. */
type Detail = Awaited<ReturnType<PhotoGPT['getJob']>>;

/**
 * A caller's knowledge and wishes. `credits`, `createdAt` and `updatedAt` come from PhotoGPT's list, which knows more of them
 * than the job itself. Without `patient` the client does not repeat after "too many requests". A `paid` call need not wait
 * for the API rate. `heard` is given what PhotoGPT said.
 */
type Sight = {
  credits?: number;
  updatedAt?: number;
  createdAt?: number;
  patient?: boolean;
  paid?: boolean;
  heard?(detail: Pick<Detail, 'prompt' | 'videos'>): void;
};

/** Reads one job and records its end. Returns whether it is over. Throws `PhotoGPTError`, and then nothing has changed. */
export type Finish = (job: InFlightJob, signal: AbortSignal, sight?: Sight) => Promise<boolean>;

/** Returns the reading of jobs. Ends that are found while others are being written are written together. */
export function createFinish(parts: FinishParts): Finish {
  const { api, transitions, learnedDurations, batchClock, clock, log } = parts;
  const enter = parts.enter ?? (async () => {});
  const record = createBatchedWrites((ends: End[]) => transitions.ended(ends), maxEndsPerWrite, {
    ticks: ticksOf(batchClock, endsTickMs),
  });

  /** Returns what PhotoGPT says of the job. Undefined when it does not know the job. */
  async function read(job: InFlightJob, signal: AbortSignal, patient: boolean): Promise<Detail | undefined> {
    return api.getJob({ id: job.remoteId }, { signal, patient }).catch((error: unknown) => {
      if (error instanceof PhotoGPTError && error.reason === 'missing') return undefined;
      throw error;
    });
  }

  /** Learns how long the job took, by PhotoGPT's times. Without these it took about as long as we waited. */
  function learnDuration(job: InFlightJob, createdAt: number | undefined, endedAt: number | undefined): void {
    const isTold = createdAt !== undefined && endedAt !== undefined;
    learnedDurations.learned(job.model, (isTold ? endedAt - createdAt : clock.now() - job.submittedAt) / 1_000);
  }

  return async function finish(job, signal, { patient = true, paid = false, heard, ...sight } = {}) {
    if (!paid) await enter(signal);
    const detail = await read(job, signal, patient);
    if (!detail) return record(missingEnd(job.id));
    heard?.(detail);
    if (detail.status === 'running') return false;
    const endedAt = sight.updatedAt ?? detail.updatedAt;
    learnDuration(job, sight.createdAt ?? detail.createdAt, endedAt);
    await record(endOf(job.id, detail, sight.credits ?? detail.credits, endedAt));
    log.debug({ job: job.id, status: detail.status }, 'job ended');
    return true;
  };
}

/** The end of a job that PhotoGPT does not know, or no longer. A young job may not have reached all of its servers. */
const missingEnd = (id: number): End => ({
  id,
  failure: { code: 'failed', details: { reason: 'it no longer knows this job' } },
  minAgeMs: minMissingAgeMs,
});

/** Returns how a job ended. `endedAt` is in epoch milliseconds by PhotoGPT's clock. */
function endOf(id: number, detail: Detail, credits: number | undefined, endedAt: number | undefined): End {
  if (detail.status === 'failed') {
    return { id, failure: { code: 'failed', details: { reason: detail.error ?? 'it gave no reason' } } };
  }
  const outputs = outputsOf(detail);
  if (outputs.length === 0) return { id, failure: { code: 'empty', details: undefined } };
  return { id, outputs, credits, at: endedAt === undefined ? undefined : new Date(endedAt) };
}

const outputsOf = ({ images, videos }: Detail): Output[] => [
  ...images.map(({ id, url }) => ({ kind: 'image' as const, id, url })),
  ...videos.map(({ id, url }) => ({ kind: 'video' as const, id, url })),
];
