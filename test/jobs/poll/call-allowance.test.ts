import { describe, expect, it } from 'vitest';
import { createCallAllowance, usualAllowance } from '../../../src/jobs/poll/call-allowance.ts';

/** Returns the calls made in `seconds` by a caller that makes all allowed calls every quarter of a second. */
function callsIn(seconds: number, inFlight: number, rates = usualAllowance): number {
  const allowance = createCallAllowance(rates);
  let made = 0;
  for (let now = 0; now <= seconds * 1000; now += 250) {
    const calls = allowance.available(now, inFlight);
    allowance.spend(calls);
    if (now > 0) made += calls;
  }
  return made;
}

describe('the call allowance', () => {
  it('allows few jobs 1.5 calls a second', () => {
    expect(callsIn(100, 1)).toBeCloseTo(150, -1);
    expect(callsIn(100, 1_000)).toBe(callsIn(100, 1));
  });

  it('allows many jobs half a thousandth of a call a second each', () => {
    expect(callsIn(100, 100_000)).toBeCloseTo(5_000, -1);
    expect(callsIn(100, 100_000, { floor: 1.5, perJob: 0.35 })).toBe(callsIn(100, 1));
  });

  it('allows the calls that jobs earn once', () => {
    const allowance = createCallAllowance({ floor: 0, perJob: 0.5 });
    allowance.spend(allowance.available(0, 0));
    allowance.earn(100);
    expect(allowance.available(250, 0)).toBe(25);
    allowance.spend(25);
    expect(allowance.available(500, 0)).toBe(0);
  });

  it('gives a refunded call back', () => {
    const allowance = createCallAllowance({ floor: 0, perJob: 0 });
    allowance.spend(allowance.available(0, 0));
    allowance.refund();
    expect(allowance.available(250, 0)).toBe(1);
  });

  it('saves forty calls at the most', () => {
    const allowance = createCallAllowance(usualAllowance);
    allowance.available(0, 100_000);
    expect(allowance.available(3_600_000, 0)).toBeLessThanOrEqual(42);
  });
});
