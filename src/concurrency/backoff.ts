/** How long to wait before trying again. */

/**
 * Milliseconds: a random time below `first` doubled at every attempt (counted from 1) up to `most`, but at least a
 * quarter of that bound. Fully random waits spread a crowd best (AWS Architecture Blog, "Exponential Backoff and Jitter").
 */
export function backoff(attempt: number, random: () => number, first = 500, most = 60_000): number {
  const bound = Math.min(most, first * 2 ** Math.min(attempt - 1, 20));
  return bound * (0.25 + 0.75 * random());
}
