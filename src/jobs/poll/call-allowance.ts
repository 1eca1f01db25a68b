/** How often the sweep may ask: it is given calls for every job that ends, and some a second however few end. */

/**
 * `floor` calls a second, `perJob` for each job, and `inFlight` a second for each job in flight where that is more than the
 * floor. `price` is what a call must be worth, see `plan.ts`. In simulations 0.4 calls a job find ends 2 s after they were, from a
 * hundred jobs in flight to ten thousand: what a job costs stays the same however many there are. Where jobs live long, few
 * come and end, and what they bring is not enough to read all there are: 100,000 at 3.5 calls a second were read once in
 * five minutes. With half a thousandth of a call each, all are read within twenty seconds, at 100 on a page.
 */
export type AllowanceRates = { floor: number; perJob: number; inFlight?: number; price?: number };
export const usualAllowance: AllowanceRates = { floor: 1.5, perJob: 0.35, inFlight: 0.0005 };

/** Calls that were not used at one look are kept up to this many for the next, so that no silence ends in a burst. */
const most = 40;
/** What came in within so many seconds was not kept from anything. */
const lately = 1;
/** A replica that begins to watch can look around at once. */
const first = 10;

export function createCallAllowance({ floor: least, perJob, inFlight: each = 0 }: AllowanceRates) {
  let calls = first;
  let earned = 0;
  let filledAt: number | undefined;
  return {
    /** Whole calls that may be made at `now`, in epoch milliseconds, with so many jobs in flight. */
    available(now: number, inFlight: number): number {
      const floor = Math.max(least, each * inFlight);
      const seconds = Math.max(0, now - (filledAt ?? now)) / 1000;
      const kept = Math.min(most, calls + Math.max(0, seconds - lately) * floor);
      // What jobs bring is for them, however many came or ended together.
      calls = kept + Math.min(seconds, lately) * floor + earned;
      [earned, filledAt] = [0, now];
      return Math.max(0, Math.floor(calls + 1e-9));
    },
    spend(spent: number): void {
      calls -= spent;
    },
    /** So many jobs came, or ended: each does both, and brings half of its calls with either. */
    moved(jobs: number): void {
      earned += (jobs * perJob) / 2;
    },
  };
}
