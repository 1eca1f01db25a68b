import { describe, expect, it } from 'vitest';
import { createArrivalRate } from '../../../src/jobs/poll/arrival-rate.ts';
import { createMovedClock } from '../../sandbox/moved-clock.ts';

describe('the arrival rate', () => {
  it('starts at 0', () => {
    expect(createArrivalRate(createMovedClock()).perSecond()).toBe(0);
  });

  it('follows the jobs that come, and fades without them', () => {
    const clock = createMovedClock();
    const arrivalRate = createArrivalRate(clock);
    for (let quarter = 0; quarter < 400; quarter += 1) {
      clock.pass(0.25);
      arrivalRate.record(50);
    }
    expect(arrivalRate.perSecond()).toBeGreaterThan(190);
    expect(arrivalRate.perSecond()).toBeLessThan(210);
    clock.pass(60);
    expect(arrivalRate.perSecond()).toBeLessThan(12);
  });

  it('begins at 0 again after it has forgotten', () => {
    const arrivalRate = createArrivalRate(createMovedClock());
    arrivalRate.record(1_000_000);
    arrivalRate.forget();
    expect(arrivalRate.perSecond()).toBe(0);
  });

  it('stays when the clock is set back', () => {
    const clock = createMovedClock();
    const arrivalRate = createArrivalRate(clock);
    arrivalRate.record(200);
    clock.pass(-3_600);
    expect(arrivalRate.perSecond()).toBeCloseTo(10);
  });
});
