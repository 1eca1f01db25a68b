/**
 * Tells the time at PhotoGPT, by which its list is ordered. Three clocks may differ:
 *
 * - PhotoGPT's clock made the times in its list.
 * - The database's clock made the times in our rows. `aheadMs` is PhotoGPT's clock less this one.
 * - The clock of this process may be wrong, and may be set at any time. `lagMs` is how far it lies behind the database's.
 */
import type { Clock } from '../../../concurrency/clock.ts';
import type { InFlight } from '../in-flight.ts';
import { minGuessSpreadMs, serverTimeResolutionMs } from '../timings.ts';

/** The time at PhotoGPT. All times are epoch milliseconds. */
export type PhotoGPTClock = ReturnType<typeof createPhotoGPTClock>;

/** Samples that count in full. Each later one counts for at least a fiftieth. */
const maxSamples = 200;
const leastWeight = 0.02;
/** Part of the spread that remains after each page, so that one stray time is forgotten. */
const spreadDecay = 0.98;
/** Spread before anything was measured, in milliseconds. */
const firstSpread = 1_000;

/** Returns a clock that equals ours until it is told otherwise. It moves the guessed times of `inFlight` along. */
export function createPhotoGPTClock(clock: Pick<Clock, 'now'>, inFlight: Pick<InFlight, 'guessTimes' | 'capSeen'>) {
  let aheadMs = 0;
  let spreadMs = firstSpread;
  let samples = 0;
  /** The value of `aheadMs` by which the times of unsighted jobs were guessed last. */
  let guessedWithMs = 0;
  let lagMs = 0;
  let lastOwnTime = Number.NEGATIVE_INFINITY;

  function now(): number {
    const ownTime = clock.now();
    // Our clock was set back. As far as we can tell, no time has passed.
    if (ownTime < lastOwnTime - serverTimeResolutionMs) lagMs += lastOwnTime - ownTime;
    lastOwnTime = ownTime;
    return ownTime + aheadMs + lagMs;
  }

  return {
    /** Returns the time at PhotoGPT. */
    now,

    /** Returns by how much PhotoGPT's clock is ahead of the database's, in milliseconds. */
    aheadMs: () => aheadMs,

    /** Returns how far a job's creation may lie from our guess, in milliseconds. */
    spreadMs: () => spreadMs,

    /** Returns whether a job of ours was seen in the list. Before that, `aheadMs` is only assumed to be 0. */
    hasSamples: () => samples > 0,

    /** Returns by how much our own clock lies behind, in milliseconds. Negative when it is fast. */
    lagMs: () => lagMs,

    /** Takes over `time`, which PhotoGPT or, before it has samples, the database told. Small differences are ignored. */
    correct(time: number): void {
      const offMs = time - now();
      // PhotoGPT tells whole seconds, and its answer takes a while.
      if (Math.abs(offMs) <= 2 * serverTimeResolutionMs) return;
      lagMs += offMs;
      if (offMs < 0) inFlight.capSeen(now());
    },

    /** Learns from jobs of one page: `differences` are their times in the list less those in our rows, in milliseconds. */
    learn(differences: readonly number[]): void {
      if (differences.length === 0) return;
      const mean = differences.reduce((sum, each) => sum + each, 0) / differences.length;
      const weight = samples === 0 ? 1 : Math.max(leastWeight, differences.length / (samples + differences.length));
      const farthestMs = Math.max(...differences.map((each) => Math.abs(each - mean)));
      samples = Math.min(maxSamples, samples + differences.length);
      const isFirst = samples === differences.length;
      spreadMs = Math.max(minGuessSpreadMs, isFirst ? farthestMs : Math.max(farthestMs, spreadMs * spreadDecay));
      aheadMs += weight * (mean - aheadMs);
      // Small steps add up. Jobs that were guessed by an old value would be looked for in the wrong place.
      if (Math.abs(aheadMs - guessedWithMs) <= minGuessSpreadMs / 2) return;
      guessedWithMs = aheadMs;
      inFlight.guessTimes(aheadMs);
    },
  };
}
