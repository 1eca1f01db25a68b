/** Measures how many jobs come in a second. Polling fetches as many at one time as this rate needs. */
import type { Clock } from '../../concurrency/clock.ts';
import { arrivalMemoryMs } from './timings.ts';

/** Returns a rate of 0 jobs a second, which follows what is recorded and fades without it. */
export function createArrivalRate(clock: Pick<Clock, 'now'>) {
  let rate = 0;
  let recordedAt = clock.now();
  // A clock that was set back fades nothing, and brings nothing back.
  const fadedRate = () => rate * Math.exp(-Math.max(0, clock.now() - recordedAt) / arrivalMemoryMs);

  return {
    /** Counts `jobs` that came since the last call. */
    record(jobs: number): void {
      rate = fadedRate() + (1_000 * jobs) / arrivalMemoryMs;
      recordedAt = clock.now();
    },
    /** Returns the rate in jobs a second. */
    perSecond: fadedRate,
    /** Begins at 0 again. */
    forget(): void {
      rate = 0;
    },
  };
}
