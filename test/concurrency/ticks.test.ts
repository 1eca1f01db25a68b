import { describe, expect, it } from 'vitest';
import { ticksOf, untilNextTick } from '../../src/concurrency/ticks.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';

describe('ticks', () => {
  it('are the same moments for everybody, whenever each began', () => {
    const clock = createMovedClock(1_000_010);
    const ticks = { intervalMs: 50, clock };
    expect([1_000_001, 1_000_010].map((startedAt) => untilNextTick(ticks, startedAt))).toEqual([40, 40]);
  });

  it('do not delay what began before the last one', () => {
    const clock = createMovedClock(1_000_060);
    expect(untilNextTick({ intervalMs: 50, clock }, 1_000_005)).toBe(0);
  });

  it('delay nothing for more than an interval when the clock is set back', () => {
    const clock = createMovedClock();
    expect(untilNextTick({ intervalMs: 50, clock }, clock.now() + 3_600_000)).toBe(50);
  });

  it('need a clock and an interval', () => {
    const clock = createMovedClock();
    expect([ticksOf(undefined, 50), ticksOf(clock, undefined)]).toEqual([undefined, undefined]);
    expect(ticksOf(clock, 50)).toEqual({ intervalMs: 50, clock });
  });
});
