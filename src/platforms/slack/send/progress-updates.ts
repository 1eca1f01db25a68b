/** Divides the few updates that a workspace allows among all messages that show progress there. */
import type { Clock } from '../../../concurrency/clock.ts';
import { createEvery, type Every } from '../../../concurrency/every.ts';
import { progressUpdatesPerMinute } from '../limits.ts';
import { progressIdleMs, progressIntervalMs } from '../timings.ts';

type Entry = { update: Every; triedAt: number };

/** The updates of all workspaces. */
export type ProgressUpdates = {
  /** Returns whether this message may be updated now. If so, it counts as updated. */
  take(tenant: string, message: string): boolean;
};

/**
 * Returns the updates. With n messages in a workspace, each is due once in n / 30 minutes, but not before ten seconds.
 */
export function createProgressUpdates(clock: Pick<Clock, 'now'>): ProgressUpdates {
  const workspaces = new Map<string, Map<string, Entry>>();

  return {
    take(tenant, message) {
      const now = clock.now();
      const entries = workspaces.get(tenant) ?? new Map<string, Entry>();
      workspaces.set(tenant, entries);
      for (const [key, { triedAt }] of entries) if (now - triedAt > progressIdleMs) entries.delete(key);
      const intervalMs = () => Math.max(progressIntervalMs, (entries.size * 60_000) / progressUpdatesPerMinute);
      const { update } = entries.get(message) ?? { update: createEvery(intervalMs, clock) };
      const isDue = update.take();
      entries.set(message, { update, triedAt: now });
      return isDue;
    },
  };
}
