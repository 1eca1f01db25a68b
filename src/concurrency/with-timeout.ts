/** Waits for a promise, but no longer than a given time. The promise itself goes on. */
import { type Clock, sleepOver } from './clock.ts';

/** The value of `withTimeout` when the time ran out. */
export const timedOut: unique symbol = Symbol('timed out');

/**
 * Resolves with the value of `work`, or with `timedOut` after `timeoutMs` milliseconds. Rejects when `work` rejects in
 * time. A later rejection is dropped. `work` is not cancelled: hand it an AbortSignal of its own for that.
 *
 * Ours, because the packages for it take the system's timers, and tests move the clock.
 */
export async function withTimeout<T>(work: Promise<T>, timeoutMs: number, clock: Clock): Promise<T | typeof timedOut> {
  const sleeping = new AbortController();
  const late = clock.sleep(timeoutMs, sleeping.signal).then((): typeof timedOut => timedOut);
  try {
    return await Promise.race([work, late]);
  } finally {
    sleeping.abort(sleepOver);
  }
}
