/** Reads single jobs in flight at PhotoGPT, and takes the ended ones out of flight. */
import type { Log } from '../../log.ts';
import { PhotoGPTError, type Reason } from '../../photogpt/error.ts';
import type { createCallAllowance } from './call-allowance.ts';
import type { Finish } from './finish.ts';
import type { InFlight, InFlightJob } from './in-flight.ts';
import type { createListPages } from './list-pages.ts';
import type { PhotoGPTClock } from './photogpt-clock.ts';
import type { Listed } from './read-list.ts';
import type { Step } from './step.ts';

/** The parts that reading single jobs needs. `run` bounds how many are read at one time. */
export type LookParts = {
  inFlight: InFlight;
  photogptClock: Pick<PhotoGPTClock, 'now'>;
  finish: Finish;
  allowance: Pick<ReturnType<typeof createCallAllowance>, 'earn' | 'refund'>;
  pages: Pick<ReturnType<typeof createListPages>, 'noteEcho'>;
  run(work: () => Promise<void>): Promise<void>;
  log: Log;
};

/** A job to read. `listed` is set when the list showed that it ended. */
export type Target = { slot: number; listed?: Listed };

/** Failures that concern one job alone. The others stay watched. */
const ownFailures: ReadonlySet<Reason> = new Set<Reason>(['unreadable', 'input', 'conflict', 'safety']);

/** Returns the reading of single jobs. */
export function createLook({ inFlight, photogptClock, finish, allowance, pages, run, log }: LookParts) {
  const underWay = new Set<Promise<void>>();

  /** Reads a job. Removes an ended one from flight, and notes when another was last seen unfinished. */
  async function read(job: InFlightJob, { slot, listed }: Target, askedAt: number, step: Step): Promise<void> {
    // PhotoGPT may have failed while this waited.
    if (step.outage.failure || step.signal.aborted) return;
    let hasVideos = false;
    const hasEnded = await finish(job, step.signal, {
      ...listed,
      patient: false,
      paid: listed === undefined,
      heard(detail) {
        pages.noteEcho(detail.prompt !== undefined);
        hasVideos = detail.videos.length > 0;
      },
    });
    if (!hasEnded) return noteSeen(job, slot, askedAt);
    // The call that finds an end had to be made anyway.
    if (!listed) allowance.refund();
    allowance.earn(1);
    step.onEnded(hasVideos);
    if (inFlight.holds(slot, job)) inFlight.remove(slot);
  }

  function noteSeen(job: InFlightJob, slot: number, askedAt: number): void {
    // Meanwhile the slot may have become another job's.
    if (inFlight.holds(slot, job)) inFlight.fields().seen[slot] = askedAt;
  }

  return {
    /** Reads a job, unless it is being read. A failure that is not this job's alone goes to the step. */
    async look(target: Target, step: Step): Promise<void> {
      const { slot } = target;
      const { busy } = inFlight.fields();
      if (busy[slot]) return;
      busy[slot] = 1;
      const job = inFlight.jobAt(slot);
      const askedAt = photogptClock.now();
      const reading = run(() =>
        read(job, target, askedAt, step).catch((error: unknown) => {
          if (!(error instanceof PhotoGPTError)) throw error;
          if (!ownFailures.has(error.reason)) {
            step.outage.failure ??= error;
            return;
          }
          log.warn({ err: error, job: job.id }, 'reading one job failed');
          noteSeen(job, slot, askedAt);
        }),
      ).finally(() => {
        underWay.delete(reading);
        if (inFlight.holds(slot, job)) inFlight.fields().busy[slot] = 0;
      });
      underWay.add(reading);
      return reading;
    },

    /** Resolves when no job is being read. */
    async idle(): Promise<void> {
      await Promise.all(underWay);
    },
  };
}
