import { expect, it } from 'vitest';
import { createCallAllowance, usualAllowance } from '../../../src/jobs/poll/call-allowance.ts';

/** Calls that were made in so many seconds, looking every quarter of one and making all that may be made. */
function madeIn(seconds: number, inFlight: number, given = usualAllowance): number {
  const allowance = createCallAllowance(given);
  let made = 0;
  for (let now = 0; now <= seconds * 1000; now += 250) {
    const calls = allowance.available(now, inFlight);
    allowance.spend(calls);
    if (now > 0) made += calls;
  }
  return made;
}

it('gives calls a second by the jobs in flight, however few come and end', () => {
  expect(madeIn(100, 1)).toBeCloseTo(150, -1);
  expect(madeIn(100, 1_000)).toBe(madeIn(100, 1));
  expect(madeIn(100, 100_000)).toBeCloseTo(5_000, -1);
  expect(madeIn(100, 100_000, { floor: 1.5, perJob: 0.35 })).toBe(madeIn(100, 1));
});

it('gives calls for what came and ended, and none of them twice', () => {
  const allowance = createCallAllowance({ floor: 0, perJob: 0.5 });
  allowance.spend(allowance.available(0, 0));
  allowance.earn(100);
  expect(allowance.available(250, 0)).toBe(25);
  allowance.spend(25);
  expect(allowance.available(500, 0)).toBe(0);
});

it('keeps no more than forty calls for later', () => {
  const allowance = createCallAllowance(usualAllowance);
  allowance.available(0, 100_000);
  expect(allowance.available(3_600_000, 0)).toBeLessThanOrEqual(42);
});
