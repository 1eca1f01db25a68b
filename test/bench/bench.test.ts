import { describe, expect, it } from 'vitest';
import { kindOfCall, mixed } from './arrivals.ts';
import { fallenBehind } from './inflight.ts';
import { readFigures, verdict, writeFigures } from './last-figures.ts';
import { figureOf } from './per-job.ts';
import { loop } from './rivals.ts';
import { simulate } from './simulate.ts';

const scene = { inFlight: 100, seed: 1, warm: 60, measured: 120 };

describe('the bench', () => {
  it('sees ends as soon as the documented loop, with less than half of its calls', async () => {
    const ours = await simulate(scene, { ours: {} });
    const documentedLoop = await simulate(scene, loop);
    expect(documentedLoop.delay.count).toBeGreaterThan(200);
    expect(ours.delay.count).toBe(documentedLoop.delay.count);
    expect(ours.unseen).toBe(0);
    expect(ours.delay.mean).toBeLessThan(documentedLoop.delay.mean);
    expect(ours.calls.perSecond).toBeLessThan(documentedLoop.calls.perSecond / 4);
    expect(ours.callsPerJob).toBeLessThan(documentedLoop.callsPerJob / 2);
  });

  it('gives the same figures for the same seed', async () => {
    const first = await simulate(scene, { ours: {} });
    const second = await simulate(scene, { ours: {} });
    expect(second.delay).toEqual(first.delay);
    expect(second.calls).toEqual(first.calls);
  });

  it('is as quick with ten thousand in flight as with a thousand', async () => {
    const run = (inFlight: number) => simulate({ inFlight, seed: 1, warm: 60, measured: 20 }, { ours: {} });
    const some = await run(1_000);
    const many = await run(10_000);
    expect(many.unseen).toBe(0);
    expect(many.delay.mean).toBeLessThan(1.3 * some.delay.mean);
    expect(many.callsPerJob).toBeLessThan(1.05 * some.callsPerJob);
  });

  it('sees ends when each page covers less time than a submit takes', async () => {
    // At 280 jobs a second, a page of 20 covers 72 ms. The bot knows a job 250 ms after its creation.
    const { delay, unseen } = await simulate(
      { inFlight: 10_000, seed: 1, warm: 60, measured: 20, pageSize: 20 },
      { ours: {} },
    );
    expect(delay.count).toBeGreaterThan(5_000);
    expect(unseen).toBeLessThan(delay.count / 50);
    expect(delay.mean).toBeLessThan(10);
  });

  it('reads long-lived jobs, although few of them start or end', async () => {
    const kinds = [{ model: 'gpt-image-2', share: 1, median: 1_800 }];
    const scene = { inFlight: 20_000, seed: 1, warm: 60, measured: 60, kinds };
    const { delay, callsPerJob } = await simulate(scene, { ours: {} });
    expect(delay.count).toBeGreaterThan(400);
    expect(delay.mean).toBeLessThan(20);
    expect(callsPerJob).toBeLessThan(5);
    const slow = await simulate(scene, { ours: { allowance: { floor: 1.5, perJob: 0.35 } } });
    expect(slow.delay.mean).toBeGreaterThan(1.5 * delay.mean);
  });

  it('marks a cost in flight that is low because work is left undone', () => {
    const cost = { inFlight: 100_000, seconds: 20 };
    expect(fallenBehind({ ...cost, finished: 380 })).toBe('');
    expect(fallenBehind({ ...cost, finished: 46 })).toContain('not kept up: 46 posted while about 392 ended');
  });

  it('draws each kind by its fraction in any hundred calls', () => {
    for (const from of [0, 50, 12_345]) {
      const asked = Array.from({ length: 100 }, (_, index) => kindOfCall(mixed, from + index)?.model);
      for (const { model, share } of mixed) {
        const count = asked.filter((one) => one === model).length;
        expect(Math.abs(count - 100 * share), model).toBeLessThan(2);
      }
    }
  });

  it('marks a cost per job when not as many ended as arrived', () => {
    const ack = { count: 1_000, lost: 0, mean: 5, p50: 5, p95: 5, p99: 5, max: 5 };
    const rest = { inFlight: 4_000, perSecond: 100, heap: 0, rss: 0, callsPerSecond: 0, loopP99: 0, ack, delay: ack };
    const cost = { ...rest, seconds: 10, ours: 0.15, postgres: 0.05, arrived: 1_000, finished: 1_000 };
    const steady = figureOf(100, { ...cost, finished: 950 });
    expect(steady.name).toMatch(/100 jobs\/s$/);
    expect(steady.ours).toBeCloseTo(2_000 / 950);
    // With fewer jobs, waking up is a larger part of the cost. The target counts from the rate of its measurement on.
    expect([steady.target, figureOf(173, cost).target]).toEqual([undefined, { atMost: 2 }]);
    for (const finished of [800, 1_200]) {
      expect(figureOf(100, { ...cost, finished }).name).toContain(`not steady: ${finished} ended while 1000 arrived`);
    }
  });

  it('judges all groups by their last figures', () => {
    const before = readFigures(
      writeFigures({
        ack: { measured: 'Yesterday.', figures: [{ name: 'p99', unit: 'ms', ours: Infinity, target: { atMost: 50 } }] },
        media: {
          measured: 'Yesterday.',
          figures: [{ name: 'speed', unit: 'MB/s', ours: 900, target: { atLeast: 300 } }],
        },
      }),
    );
    expect(verdict(before)).toBe('**1 of 2 targets are met.**\n\nNot met:\n\n- p99');
    const figures = [
      { name: 'p99', unit: 'ms', ours: 20, target: { atMost: 50 } },
      { name: 'mean', unit: 'ms', skipped: 'no server' },
    ];
    const after = verdict({ ...before, ack: { measured: 'Today.', figures } });
    expect(after).toBe('**2 of 2 targets are met.**\n\nNone is missed.\n\nNot measured:\n\n- mean');
  });
});
