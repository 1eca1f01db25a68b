/** Does something at most once in an interval, by a clock that may be set back. */
import type { Clock } from './clock.ts';

/** An interval that begins when something was done. */
export type Every = {
  /** Whether the interval is over since the last `mark`. True before the first one. */
  isDue(): boolean;
  /** Begins the interval. */
  mark(): void;
  /** `isDue`, and `mark` when it was. */
  take(): boolean;
  /** Makes it due, as before the first `mark`. */
  reset(): void;
};

/**
 * Returns the interval of `intervalMs` milliseconds. A clock that is set back makes it due. Otherwise a clock that is set
 * back by a day would stop the work for a day.
 */
export function createEvery(intervalMs: number | (() => number), clock: Pick<Clock, 'now'>): Every {
  const interval = typeof intervalMs === 'function' ? intervalMs : () => intervalMs;
  let markedAt: number | undefined;
  const isDue = () => {
    if (markedAt === undefined) return true;
    const elapsedMs = clock.now() - markedAt;
    return elapsedMs < 0 || elapsedMs >= interval();
  };
  const mark = () => {
    markedAt = clock.now();
  };
  return {
    isDue,
    mark,
    take() {
      const due = isDue();
      if (due) mark();
      return due;
    },
    reset() {
      markedAt = undefined;
    },
  };
}
