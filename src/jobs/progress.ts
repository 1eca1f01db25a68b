/** Shows on the acknowledgement how far a job is: rarely, never in the way of a result, and dropped when busy. */
import type { Platform, PlatformName } from '../chat.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Views } from './deliver.ts';
import type { Experience } from './durations-store.ts';
import type { Job, JobStore } from './store.ts';

export type ProgressParts = {
  store: JobStore;
  platforms: ReadonlyMap<PlatformName, Pick<Platform<never>, 'edit'>>;
  views: Pick<Views, 'progress'>;
  experience: Experience;
  clock: Clock;
  log: Log;
};

/** Between two edits of one message, in milliseconds: Slack allows 50 a minute for a whole workspace. */
const gap = 10_000;
/** An edit that takes longer is given up, so that it cannot hold the result back. */
const patience = 5_000;
/** The claim outlives the edit. */
const lease = patience + 3_000;
/** More than this at one time, and the rest goes without. */
const batch = 20;

/** Returns the step: it edits what is due, and tells whether there was anything. */
export function createProgress({ store, platforms, views, experience, clock, log }: ProgressParts) {
  async function show(job: Job, asked: number, stopping: AbortSignal): Promise<void> {
    const platform = platforms.get(job.origin.platform);
    try {
      // Stopped for so long since it asked, this process may have lost its claim.
      if (!platform || !job.ack || clock.now() - asked > lease - patience) return;
      const elapsed = (clock.now() - job.createdAt.getTime()) / 1000;
      const message = views.progress(job, Math.max(0, elapsed), experience.usual(job.model));
      await platform.edit(job.ack, message, AbortSignal.any([stopping, AbortSignal.timeout(patience)]));
    } catch (error) {
      log.debug({ err: error, job: job.id }, 'progress was not shown');
    } finally {
      await store.progressShown(job);
    }
  }

  return async function progress(stopping: AbortSignal): Promise<boolean> {
    const asked = clock.now();
    const due = await store.claimProgress(gap, lease, batch);
    await Promise.all(due.map((job) => show(job, asked, stopping)));
    return due.length > 0;
  };
}
