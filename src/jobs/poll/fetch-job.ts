/** Fetches single jobs while polling: a bounded number at a time, in the background when that takes long. */
import { createSemaphore } from '../../concurrency/semaphore.ts';
import type { Log } from '../../log.ts';
import { PhotoGPTError, type Reason } from '../../photogpt/error.ts';
import type { Finish } from './finish.ts';
import type { InFlight, InFlightJob } from './in-flight.ts';
import type { ListPages } from './list/list-pages.ts';
import type { Ended } from './list/record-page.ts';

/** Reasons that concern one job alone. They do not keep polling from the others. */
const ownReasons: ReadonlySet<Reason> = new Set<Reason>(['unreadable', 'input', 'conflict', 'safety']);

/** The first error since PhotoGPT stopped answering. A call that has not left yet is dropped, even one of an earlier step. */
export type Outage = { error: PhotoGPTError | undefined };

/** Notes the first error of an outage. Throws every error that is not PhotoGPT's. */
export function noteOutage(outage: Outage, error: unknown): void {
  if (!(error instanceof PhotoGPTError)) throw error;
  outage.error ??= error;
}

/** How one step fetches. `onEnded` is called for each job that has ended, with whether it made videos. */
export type Step = { signal: AbortSignal; onEnded(hasVideos: boolean): void };

/** Parts of the fetcher. */
type FetchJobParts = {
  inFlight: InFlight;
  pages: Pick<ListPages, 'now' | 'learnEcho'>;
  finish: Finish;
  outage: Outage;
  /** Returns the time by the database's clock, in epoch milliseconds. */
  databaseNow(): Promise<number>;
  /** Returns how many jobs may be fetched at one time. */
  permits(): number;
  /** Is called for each job that has ended, with whether the list had shown it. */
  onFinished(wasListed: boolean): void;
  log: Log;
};

/** Returns the fetcher, which fetches nothing yet. */
export function createFetchJob(parts: FetchJobParts) {
  const { inFlight, pages, finish, outage, databaseNow, permits, onFinished, log } = parts;
  const fetches = createSemaphore({ permits });
  const underWay = new Set<Promise<void>>();

  /** Fetches the job. Returns whether it has ended. False as well when PhotoGPT's answer about it cannot be read. */
  async function hasEnded(job: InFlightJob, step: Step, listed: Ended['listed'] | undefined): Promise<boolean> {
    let hasVideos = false;
    try {
      const isOver = await finish(job, step.signal, {
        listed,
        isPatient: false,
        hasPermit: listed === undefined,
        ageMs: async () => (await databaseNow()) - job.submittedAt,
        onDetail: ({ prompt, videos }) => {
          pages.learnEcho(prompt !== undefined);
          hasVideos = videos.length > 0;
        },
      });
      if (isOver) {
        onFinished(listed !== undefined);
        step.onEnded(hasVideos);
      }
      return isOver;
    } catch (error) {
      if (!(error instanceof PhotoGPTError) || !ownReasons.has(error.reason)) throw error;
      log.warn({ err: error, job: job.id }, 'job status unreadable');
      return false;
    }
  }

  async function fetchNow(slot: number, job: InFlightJob, askedAt: number, step: Step, listed?: Ended['listed']) {
    if (outage.error || step.signal.aborted) return;
    try {
      const isOver = await hasEnded(job, step, listed);
      // The slot may be another job's by the time of the answer.
      if (!inFlight.holds(slot, job)) return;
      if (isOver) inFlight.remove(slot);
      else inFlight.fields().seen[slot] = askedAt;
    } catch (error) {
      noteOutage(outage, error);
    }
  }

  return {
    /**
     * Fetches the job in `slot`, and removes it when it has ended. `listed` is what the list said of its end. Resolves at
     * once when the job is being fetched already. Rejects with errors that are not PhotoGPT's.
     */
    fetchJob(slot: number, step: Step, listed?: Ended['listed']): Promise<void> {
      const { busy } = inFlight.fields();
      if (busy[slot]) return Promise.resolve();
      busy[slot] = 1;
      const job = inFlight.jobAt(slot);
      const askedAt = pages.now();
      const fetching = fetches
        .run(() => fetchNow(slot, job, askedAt, step, listed))
        .finally(() => {
          underWay.delete(fetching);
          if (inFlight.holds(slot, job)) inFlight.fields().busy[slot] = 0;
        });
      underWay.add(fetching);
      return fetching;
    },

    /** Resolves when nothing is being fetched. */
    async idle(): Promise<void> {
      await Promise.all(underWay);
    },
  };
}
