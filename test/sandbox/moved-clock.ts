/** A clock that a test moves. */
import type { Clock } from '../../src/concurrency/clock.ts';

/** Returns a clock that stands still until `pass`. */
export function createMovedClock(start = Date.parse('2026-03-04T10:00:00Z')) {
  let now = start;
  const sleepers = new Set<{ until: number; wake: () => void }>();
  const clock: Clock = {
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          resolve();
        };
        const sleeper = { until: now + milliseconds, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
      }),
  };
  return {
    ...clock,
    /** Moves time on, and ends the sleeps that are over. */
    pass(seconds: number) {
      now += seconds * 1000;
      for (const { until, wake } of sleepers) if (until <= now) wake();
    },
    /** Returns the number of sleeps under way. */
    sleepers: () => sleepers.size,
  };
}
