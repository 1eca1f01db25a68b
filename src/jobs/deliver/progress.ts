/**
 * Shows on the acknowledging message how far a job is. An edit happens rarely, never delays a result, and is dropped
 * when the chat is busy.
 */
import { setMaxListeners } from 'node:events';
import type { Platform, PlatformName } from '../../chat.ts';
import { type Clock, sleepOver } from '../../concurrency/clock.ts';
import type { Log } from '../../log.ts';
import type { LearnedDurations } from '../poll/durations-store.ts';
import type { Job } from '../state/job-store.ts';
import { progressEditTimeoutMs, progressLeaseMs } from '../timings.ts';
import type { ProgressStore } from './progress-store.ts';
import type { Views } from './views.ts';

/** Parts of showing progress. */
export type ProgressParts = {
  store: ProgressStore;
  platforms: ReadonlyMap<PlatformName, Pick<Platform<never>, 'edit' | 'facts'>>;
  views: Pick<Views, 'progress'>;
  learnedDurations: LearnedDurations;
  clock: Clock;
  log: Log;
};

/** Edits in one step. The other jobs wait for the next one. */
const maxEdits = 20;

const editTimedOut = new Error('the edit took too long');

/**
 * Returns the step. It edits what is due, and resolves with whether there may be more. `onFree` is called when a result
 * that had to wait for an edit can be posted.
 */
export function createProgress({ store, platforms, views, learnedDurations, clock, log }: ProgressParts) {
  /** Time between two edits of one message. One claim serves all platforms, so the slowest one decides. */
  const intervalMs = Math.max(0, ...[...platforms.values()].map(({ facts }) => facts.progressIntervalMs));

  async function show(job: Job, claimedAt: number, signal: AbortSignal, onFree: () => void): Promise<void> {
    const platform = platforms.get(job.origin.platform);
    try {
      if (!platform || !job.ack) return;
      // A process that stood still since then may have lost its claim before the edit is over.
      if (clock.now() - claimedAt > progressLeaseMs - progressEditTimeoutMs) return;
      const elapsedSeconds = Math.max(0, (clock.now() - job.createdAt.getTime()) / 1000);
      const message = views.progress(job, elapsedSeconds, learnedDurations.usual(job.model));
      await platform.edit(job.ack, message, signal);
    } catch (error) {
      log.debug({ err: error, job: job.id }, 'progress not shown');
    } finally {
      if (await store.shown(job)) onFree();
    }
  }

  return async function progress(stopping: AbortSignal, onFree: () => void = () => {}): Promise<boolean> {
    const claimedAt = clock.now();
    const due = await store.claim(intervalMs, progressLeaseMs, maxEdits);
    if (due.length === 0) return false;
    // One signal for all edits, which begin together. Not `AbortSignal.any`: Node 20 keeps its signals until their
    // timeout. Not `withTimeout`: it would leave the edits running.
    const ended = new AbortController();
    const over = new AbortController();
    setMaxListeners(0, ended.signal);
    const stop = () => ended.abort(stopping.reason);
    stopping.addEventListener('abort', stop);
    if (stopping.aborted) stop();
    void clock.sleep(progressEditTimeoutMs, over.signal).then(() => over.signal.aborted || ended.abort(editTimedOut));
    const edits = due.map((job) => show(job, claimedAt, ended.signal, onFree));
    try {
      await Promise.all(edits);
    } finally {
      await Promise.allSettled(edits);
      over.abort(sleepOver);
      stopping.removeEventListener('abort', stop);
    }
    return due.length === maxEdits;
  };
}
