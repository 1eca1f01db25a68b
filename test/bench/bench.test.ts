import { expect, it } from 'vitest';
import { loop } from './rivals.ts';
import { simulate } from './simulate.ts';

const scene = { inFlight: 100, seed: 1, warm: 60, measured: 120 };

it('finds ends as soon as the documentation’s loop does, with less than half of its calls', async () => {
  const [ours, naive] = [await simulate(scene, { ours: {} }), await simulate(scene, loop)];
  expect(naive.delay.count).toBeGreaterThan(200);
  expect(ours.delay.count).toBe(naive.delay.count);
  expect(ours.unseen).toBe(0);
  expect(ours.delay.mean).toBeLessThan(naive.delay.mean);
  expect(ours.calls.perSecond).toBeLessThan(naive.calls.perSecond / 4);
  expect(ours.callsPerJob).toBeLessThan(naive.callsPerJob / 2);
});

it('gives the same figures for the same seed', async () => {
  const [first, second] = [await simulate(scene, { ours: {} }), await simulate(scene, { ours: {} })];
  expect(second.delay).toEqual(first.delay);
  expect(second.calls).toEqual(first.calls);
});

it('is as quick with ten thousand in flight as with a thousand, for as many calls a job', async () => {
  const run = (inFlight: number) => simulate({ inFlight, seed: 1, warm: 60, measured: 20 }, { ours: {} });
  const [some, many] = [await run(1_000), await run(10_000)];
  expect(many.unseen).toBe(0);
  expect(many.delay.mean).toBeLessThan(1.3 * some.delay.mean);
  expect(many.callsPerJob).toBeLessThan(1.05 * some.callsPerJob);
});
