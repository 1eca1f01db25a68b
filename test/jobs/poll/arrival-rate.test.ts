import { expect, it } from 'vitest';
import { createArrivalRate } from '../../../src/jobs/poll/arrival-rate.ts';
import { createMovedClock } from '../../sandbox/moved-clock.ts';

it('what came lately counts, and is forgotten when nothing comes any more', () => {
  const clock = createMovedClock();
  const arrivalRate = createArrivalRate(clock);
  expect(arrivalRate.perSecond()).toBe(0);
  for (let quarter = 0; quarter < 400; quarter += 1) {
    clock.pass(0.25);
    arrivalRate.record(50);
  }
  expect(arrivalRate.perSecond()).toBeGreaterThan(190);
  expect(arrivalRate.perSecond()).toBeLessThan(210);
  clock.pass(60);
  expect(arrivalRate.perSecond()).toBeLessThan(12);
  arrivalRate.record(1_000_000);
  arrivalRate.forget();
  expect(arrivalRate.perSecond()).toBe(0);
  // A clock that is set back brings nothing back.
  arrivalRate.record(200);
  clock.pass(-3_600);
  expect(arrivalRate.perSecond()).toBeCloseTo(10);
});
