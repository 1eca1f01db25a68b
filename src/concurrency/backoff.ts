/** How long to wait before the next try. */

/** Bounds of the waits, in milliseconds. */
export type BackoffBounds = { firstMs?: number; maxMs?: number };

/**
 * Returns milliseconds. The bound is `firstMs` for attempt 1, doubles with each attempt, and stops at `maxMs`. The wait is
 * random between a quarter of that bound and all of it. Random waits spread a crowd best (AWS Architecture Blog,
 * "Exponential Backoff and Jitter").
 */
export function backoff(
  attempt: number,
  random: () => number,
  { firstMs = 500, maxMs = 60_000 }: BackoffBounds = {},
): number {
  const bound = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 20));
  return bound * (0.25 + 0.75 * random());
}
