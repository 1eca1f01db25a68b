/** Shares the few updates that a workspace allows among all messages that show progress there. */
import { progressUpdatesPerMinute } from '../limits.ts';
import { progressIdleMs, progressIntervalMs } from '../timings.ts';

type Entry = { shown: number; tried: number };

export type ProgressUpdates = ReturnType<typeof createProgressUpdates>;

/** `mayShow` is true when it is this message's turn; with n messages, each has one turn in n/30 minutes. */
export function createProgressUpdates() {
  const workspaces = new Map<string, Map<string, Entry>>();

  return {
    mayShow(tenant: string, message: string, now: number): boolean {
      const entries = workspaces.get(tenant) ?? new Map<string, Entry>();
      workspaces.set(tenant, entries);
      for (const [key, { tried }] of entries) if (now - tried > progressIdleMs) entries.delete(key);
      const entry = entries.get(message) ?? { shown: Number.NEGATIVE_INFINITY, tried: now };
      const interval = Math.max(progressIntervalMs, (entries.size * 60_000) / progressUpdatesPerMinute);
      const isDue = now - entry.shown >= interval;
      entries.set(message, { shown: isDue ? now : entry.shown, tried: now });
      return isDue;
    },
  };
}
