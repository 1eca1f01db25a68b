import { describe, expect, it } from 'vitest';
import { documentedLoop } from './documented-loop.ts';
import { simulate } from './fake-list.ts';

describe('polling in virtual time, delays from the end at PhotoGPT to the result here', () => {
  it('is quicker than a call for each job every five seconds, with a fifth of its calls', async () => {
    const settings = { inFlight: 150, seed: 'ratio' };
    const ours = await simulate(settings, 240);
    const theirs = await documentedLoop(settings, 240);
    expect(theirs.mean).toBeGreaterThan(2.4);
    expect(ours.mean).toBeLessThan(0.75 * theirs.mean);
    expect(ours.callsPerJob - 2).toBeLessThan(0.2 * (theirs.callsPerJob - 2));
    expect(ours.left).toBeLessThan(190);
  });

  it('costs a job the same and takes as long with 1,000 in flight, within the targets', async () => {
    const one = await simulate({ inFlight: 1_000, allowance: { floor: 10, perJob: 0 } }, 150, 60);
    expect(one.mean).toBeLessThan(2.5);
    const usual = await simulate({ inFlight: 1_000 }, 150, 60);
    expect(usual.mean).toBeLessThan(2.5);
    expect(usual.callsPerJob).toBeLessThan(2.5);
  });

  it('finds a single job within about a second', async () => {
    const { p50, extraPerSecond } = await simulate({ inFlight: 1 }, 2_500);
    expect(p50).toBeLessThan(1);
    expect(extraPerSecond).toBeLessThan(0.5);
  });
});

describe('a list that is other than was thought', () => {
  const few = { inFlight: 120, pageSize: 40 };
  const usual = simulate(few, 240);

  it.each([
    ['begins with the oldest', { order: 'oldest' }, 1.4],
    ['does not keep to the window it was asked for, but has lasting tokens', { window: false }, 3],
    ['has neither window nor lasting tokens', { window: false, tokens: 'offset' }, 4],
    ['has a clock that is two minutes ahead', { ahead: 120 }, 1.1],
  ] as const)('is learned while it is used: it %s', async (_what, more, times) => {
    const { mean, left } = await simulate({ ...few, ...more }, 240);
    expect(mean).toBeLessThan((await usual).mean * times);
    expect(left).toBeLessThan(160);
  });

  it('is left for single jobs where its pages follow no order', async () => {
    const { mean, left } = await simulate({ ...few, order: 'none' }, 240);
    expect(mean).toBeLessThan(10);
    expect(left).toBeLessThan(190);
  });
});

describe('a clock of our own that is wrong', () => {
  it.each([
    ['25 minutes slow', () => -1_500],
    ['25 minutes fast', () => 1_500],
    ['set back by 25 minutes', (second: number) => (second < 100 ? 0 : -1_500)],
    ['set ahead by 25 minutes', (second: number) => (second < 100 ? 0 : 1_500)],
    ['set right again', (second: number) => (second < 100 ? 1_500 : 0)],
  ] as const)('finds what has ended all the same: it is %s', async (_what, ours) => {
    for (const inFlight of [1, 120]) {
      const [right, wrong] = [await simulate({ inFlight }, 240, 60), await simulate({ inFlight, ours }, 240, 60)];
      expect(wrong.ended).toBeGreaterThan(0.9 * right.ended);
      expect(wrong.mean).toBeLessThan(right.mean * 1.4);
      expect(wrong.callsPerJob).toBeLessThan(right.callsPerJob * 1.6);
    }
  });
});

describe('a PhotoGPT that changes', () => {
  it('and takes twice as long from one moment on is followed, for hardly more calls', async () => {
    const settings = { inFlight: 150, slowness: (second: number) => (second > 150 ? 2 : 1) };
    const { mean, callsPerJob } = await simulate(settings, 300, 150);
    expect(mean).toBeLessThan(3.5);
    expect(callsPerJob).toBeLessThan(3);
  });

  it('and is away for five minutes is asked rarely, and caught up with in seconds', async () => {
    const answers = (second: number) => second < 100 || second > 400;
    const { delays, refused } = await simulate({ inFlight: 60, answers }, 500, 50);
    // One question at a time, 15 s apart at most.
    expect(refused).toBeLessThan(60);
    const missed = delays.filter(({ delay }) => delay > 60).map(({ second }) => second);
    expect(missed.length).toBeGreaterThan(100);
    expect(Math.max(...missed)).toBeLessThan(425);
  });
});
