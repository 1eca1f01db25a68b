import { expect, it } from 'vitest';
import { createFlow } from '../../../src/jobs/poll/arrival-rate.ts';
import { createMovedClock } from '../../sandbox/moved-clock.ts';

it('what came lately counts, and is forgotten when nothing comes any more', () => {
  const clock = createMovedClock();
  const flow = createFlow(clock);
  expect(flow.perSecond()).toBe(0);
  for (let quarter = 0; quarter < 400; quarter += 1) {
    clock.pass(0.25);
    flow.came(50);
  }
  expect(flow.perSecond()).toBeGreaterThan(190);
  expect(flow.perSecond()).toBeLessThan(210);
  clock.pass(60);
  expect(flow.perSecond()).toBeLessThan(12);
  flow.came(1_000_000);
  flow.forget();
  expect(flow.perSecond()).toBe(0);
  // A clock that is set back brings nothing back.
  flow.came(200);
  clock.pass(-3_600);
  expect(flow.perSecond()).toBeCloseTo(10);
});
