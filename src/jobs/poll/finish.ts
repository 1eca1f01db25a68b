/** Reads how one job at PhotoGPT stands, and books its end. */
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

export type FinishParts = {
  api: Pick<PhotoGPT, 'getJob'>;
  transitions: Pick<Transitions, 'ended'>;
  learnedDurations: Pick<LearnedDurations, 'learned'>;
  /** By which ends that are found within a moment are gathered. */
  batchClock?: Clock;
  clock: Pick<Clock, 'now'>;
  log: Log;
  /** Waits until PhotoGPT may be asked. */
  enter?(signal: AbortSignal): Promise<void>;
};

/** A job that is younger than this may not have reached every server of PhotoGPT's. */
const young = 2 * 60_000;
/** Ends in one statement. */
const most = 200;
/** An end is seen two seconds late on average, so nobody sees this. Milliseconds. */
const moment = 50;

/**
 * What PhotoGPT's list said of the job, which knows more of credits and times than the job itself does. Without `patient`
 * a PhotoGPT that is asked too much is not asked again; what is `paid` need not wait for the budget.
 */
type Sight = {
  credits?: number;
  updatedAt?: number;
  createdAt?: number;
  patient?: boolean;
  paid?: boolean;
  heard?: Heard;
};
/** Is told what PhotoGPT said of a job, besides how it stands. */
type Heard = (detail: { prompt?: string; videos: readonly unknown[] }) => void;

export type Finish = (job: InFlightJob, signal: AbortSignal, sight?: Sight) => Promise<boolean>;

/**
 * Returns a step that asks after one job and tells whether it is over. Throws `PhotoGPTError` when PhotoGPT did not
 * answer, and then nothing has changed. Ends that are found while others are being written are written together.
 */
export function createFinish({
  api,
  transitions,
  learnedDurations,
  batchClock,
  clock,
  log,
  enter = async () => {},
}: FinishParts): Finish {
  const inFlight = createBatchedWrites((ends: End[]) => transitions.ended(ends), most, {
    ticks: ticksOf(batchClock, moment),
  });

  return async function finish(job, signal, { patient = true, paid = false, heard, ...sight } = {}) {
    if (!paid) await enter(signal);
    const detail = await api.getJob({ id: job.remoteId }, { signal, patient }).catch((error: unknown) => {
      const gone = error instanceof PhotoGPTError && error.reason === 'missing';
      if (gone && clock.now() - job.submittedAt > young) return undefined;
      if (gone) return 'not there yet' as const;
      throw error;
    });
    if (detail === 'not there yet') return false;
    if (!detail) {
      await inFlight({ id: job.id, failure: { code: 'failed', details: { reason: 'it no longer knows this job' } } });
      return true;
    }
    heard?.(detail);
    if (detail.status === 'running') return false;

    const createdAt = sight.createdAt ?? detail.createdAt;
    const endedAt = sight.updatedAt ?? detail.updatedAt;
    if (createdAt !== undefined && endedAt !== undefined)
      learnedDurations.learned(job.model, (endedAt - createdAt) / 1000);
    else learnedDurations.learned(job.model, (clock.now() - job.submittedAt) / 1000);

    if (detail.status === 'failed') {
      const reason = detail.error ?? 'it gave no reason';
      await inFlight({ id: job.id, failure: { code: 'failed', details: { reason } } });
      return true;
    }
    const outputs: Output[] = [
      ...detail.images.map(({ id, url }) => ({ kind: 'image' as const, id, url })),
      ...detail.videos.map(({ id, url }) => ({ kind: 'video' as const, id, url })),
    ];
    if (outputs.length === 0) await inFlight({ id: job.id, failure: { code: 'empty', details: undefined } });
    else {
      const at = endedAt === undefined ? undefined : new Date(endedAt);
      await inFlight({ id: job.id, outputs, credits: sight.credits ?? detail.credits, at });
    }
    log.debug({ job: job.id, outputs: outputs.length }, 'finished at PhotoGPT');
    return true;
  };
}
