/** Divides the few updates that a workspace allows among all messages that show progress there. */
import type { Clock } from '../../../concurrency/clock.ts';
import { createEvery, type Every } from '../../../concurrency/every.ts';
import { progressUpdatesPerMinute } from '../limits.ts';
import { progressIdleMs, progressIntervalMs } from '../timings.ts';

type Entry = { update: Every; triedAt: number };

export type ProgressUpdates = ReturnType<typeof createProgressUpdates>;

/** `mayShow` is true when it is this message's turn; with n messages, each has one turn in n/30 minutes. */
export function createProgressUpdates(clock: Pick<Clock, 'now'>) {
  const workspaces = new Map<string, Map<string, Entry>>();

  return {
    mayShow(tenant: string, message: string): boolean {
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
