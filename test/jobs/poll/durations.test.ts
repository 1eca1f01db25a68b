import { describe, expect, it } from 'vitest';
import { curveOf, learn, median, prior } from '../../../src/jobs/poll/durations.ts';

describe('a histogram of durations', () => {
  it('starts from the usual time', () => {
    expect(median(prior(10))).toBeCloseTo(10, 0);
  });

  it('follows the times that were measured', () => {
    let known = prior(10);
    for (let count = 0; count < 50; count += 1) known = learn(known, 30);
    expect(median(known)).toBeGreaterThan(26);
    expect(median(known)).toBeLessThan(34);
  });

  it('forgets the times of a thousand jobs ago', () => {
    let known = prior(10);
    for (let count = 0; count < 1_000; count += 1) known = learn(known, 100);
    for (let count = 0; count < 600; count += 1) known = learn(known, 20);
    expect(median(known)).toBeLessThan(25);
  });
});

describe('the worth of a look', () => {
  it('grows with every second without a look', () => {
    const { waiting } = curveOf(prior(10));
    const ages = [2, 5, 10, 20, 60, 600];
    const worth = ages.map((age) => waiting(0, age));
    expect([...worth].sort((a, b) => a - b)).toEqual(worth);
    expect(waiting(10, 10)).toBe(0);
    // Beyond all that was measured a job may still end.
    expect(waiting(7_000, 7_300)).toBeGreaterThan(0);
    expect(worth.every((each, index) => each <= (ages[index] ?? 0))).toBe(true);
  });

  it('equals its sum in small steps', () => {
    const { ended, waiting } = curveOf(learn(learn(prior(20), 3), 90));
    for (const [seen, age] of [
      [0, 0.4],
      [0, 15],
      [8, 40],
      [100, 9_000],
    ] as const) {
      const width = (age - seen) / 20_000;
      let sum = 0;
      for (let at = seen + width / 2; at < age; at += width) sum += (ended(at) - ended(seen)) * width;
      expect(waiting(seen, age)).toBeCloseTo(sum / (1 - ended(seen)), 2);
    }
  });
});
