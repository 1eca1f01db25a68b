/** Decides how many calls polling may make now. Each job that comes or ends earns calls, and so does each second. */
import { uncappedAllowanceSeconds } from './timings.ts';

/**
 * How calls are earned:
 *
 * - `floor`: calls a second, however few jobs there are.
 * - `perJob`: calls for each job, half when it comes and half when it ends. In simulations 0.4 calls a job find ends after
 *   2 s. That holds from a hundred jobs in flight to ten thousand.
 * - `inFlight`: calls a second for each job in flight, where that is more than `floor`. Long jobs come and end rarely, and
 *   earn too little to read them all. 100,000 at 3.5 calls a second were read once in five minutes. With half a
 *   thousandth of a call each, all are read within twenty seconds, at 100 on a page.
 * - `price`: what a call must be worth, in seconds of waiting. See `minCallWorthSeconds`.
 */
export type AllowanceRates = { floor: number; perJob: number; inFlight?: number; price?: number };

/** Rates of a bot whose operator has said nothing else. */
export const usualAllowance: AllowanceRates = { floor: 1.5, perJob: 0.35, inFlight: 0.0005 };

/** Unused calls that are saved from earlier steps, so that no quiet time ends in a burst. */
const maxSavedCalls = 40;
/** Calls at the start, so that a replica that begins to watch can look around at once. */
const firstCalls = 10;
/** Sums of fractions may end just below a whole call. */
const roundingError = 1e-9;

/** Returns an allowance of the first few calls. */
export function createCallAllowance({ floor, perJob, inFlight: perJobInFlight = 0 }: AllowanceRates) {
  let calls = firstCalls;
  let earnedByJobs = 0;
  let filledAt: number | undefined;

  return {
    /** Returns the whole calls that may be made at `now`, in epoch milliseconds, with `inFlight` jobs in flight. */
    available(now: number, inFlight: number): number {
      const perSecond = Math.max(floor, perJobInFlight * inFlight);
      const elapsedSeconds = Math.max(0, now - (filledAt ?? now)) / 1000;
      const cappedSeconds = Math.max(0, elapsedSeconds - uncappedAllowanceSeconds);
      const saved = Math.min(maxSavedCalls, calls + cappedSeconds * perSecond);
      // No cap on what jobs earned, because that is needed for them, however many came or ended together.
      calls = saved + Math.min(elapsedSeconds, uncappedAllowanceSeconds) * perSecond + earnedByJobs;
      earnedByJobs = 0;
      filledAt = now;
      return Math.max(0, Math.floor(calls + roundingError));
    },
    /** Takes `spent` calls. The rest may fall below 0, and is earned back first. */
    spend(spent: number): void {
      calls -= spent;
    },
    /** Gives back a call that had to be made anyway. */
    refund(): void {
      calls += 1;
    },
    /** Adds what `jobs` earn by coming, or by ending. Each job does both. */
    earn(jobs: number): void {
      earnedByJobs += (jobs * perJob) / 2;
    },
  };
}
