/** Shows on the acknowledgement how far a job is: rarely, never in the way of a result, and dropped when busy. */
import { setMaxListeners } from 'node:events';
import type { Platform, PlatformName } from '../../chat.ts';
import { type Clock, sleepOver } from '../../concurrency/clock.ts';
import type { Log } from '../../log.ts';
import type { LearnedDurations } from '../poll/durations-store.ts';
import type { Job } from '../state/job-store.ts';
import type { ProgressStore } from './progress-store.ts';
import type { Views } from './views.ts';

export type ProgressParts = {
  store: ProgressStore;
  platforms: ReadonlyMap<PlatformName, Pick<Platform<never>, 'edit' | 'facts'>>;
  views: Pick<Views, 'progress'>;
  learnedDurations: LearnedDurations;
  clock: Clock;
  log: Log;
};

/** An edit that takes longer is given up, so that it cannot hold the result back. */
const patience = 5_000;
/** The claim outlives the edit. */
const lease = patience + 3_000;
/** More than this at one time, and the rest goes without. */
const batch = 20;

const tooLong = new Error('the edit took too long');

/**
 * Returns the step: it edits what is due, and tells whether there may be more. `onFree` is called when a result that had
 * to wait for an edit can be said.
 */
export function createProgress({ store, platforms, views, learnedDurations, clock, log }: ProgressParts) {
  /** Time between two edits of one message. One claim serves all platforms, so the slowest one decides. */
  const intervalMs = Math.max(0, ...[...platforms.values()].map(({ facts }) => facts.progressIntervalMs));

  async function show(job: Job, asked: number, signal: AbortSignal, onFree: () => void): Promise<void> {
    const platform = platforms.get(job.origin.platform);
    try {
      // Stopped for so long since it asked, this process may have lost its claim.
      if (!platform || !job.ack || clock.now() - asked > lease - patience) return;
      const elapsed = (clock.now() - job.createdAt.getTime()) / 1000;
      const message = views.progress(job, Math.max(0, elapsed), learnedDurations.usual(job.model));
      await platform.edit(job.ack, message, signal);
    } catch (error) {
      log.debug({ err: error, job: job.id }, 'progress was not shown');
    } finally {
      if (await store.shown(job)) onFree();
    }
  }

  return async function progress(stopping: AbortSignal, onFree: () => void = () => {}): Promise<boolean> {
    const asked = clock.now();
    const due = await store.claim(intervalMs, lease, batch);
    if (due.length === 0) return false;
    // One for all edits, which begin together. Node 20 would keep what `AbortSignal.any` makes until its timeout.
    const [over, ended] = [new AbortController(), new AbortController()];
    setMaxListeners(0, ended.signal);
    const stop = () => ended.abort(stopping.reason);
    stopping.addEventListener('abort', stop);
    if (stopping.aborted) stop();
    void clock.sleep(patience, over.signal).then(() => over.signal.aborted || ended.abort(tooLong));
    const shown = due.map((job) => show(job, asked, ended.signal, onFree));
    try {
      await Promise.all(shown);
    } finally {
      await Promise.allSettled(shown);
      over.abort(sleepOver);
      stopping.removeEventListener('abort', stop);
    }
    return due.length === batch;
  };
}
