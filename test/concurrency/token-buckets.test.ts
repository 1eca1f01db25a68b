import { describe, expect, it } from 'vitest';
import { createTokenBuckets } from '../../src/concurrency/token-buckets.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';

const rate = { capacity: 2, perSecond: 1 };

describe('a bucket of tokens', () => {
  it('gives its capacity at once, then asks to wait for each token', () => {
    const buckets = createTokenBuckets(10, createMovedClock());
    expect([1, 2, 3, 4].map(() => buckets.take('a', rate))).toEqual([0, 0, 1_000, 2_000]);
  });

  it('fills up with time, to its capacity and no further', () => {
    const clock = createMovedClock();
    const buckets = createTokenBuckets(10, clock);
    for (let taken = 0; taken < 2; taken += 1) buckets.take('a', rate);
    clock.pass(3_600);
    expect([1, 2, 3].map(() => buckets.take('a', rate))).toEqual([0, 0, 1_000]);
  });

  it('tells the wait without taking a token', () => {
    const clock = createMovedClock();
    const buckets = createTokenBuckets(10, clock);
    buckets.take('a', rate);
    buckets.take('a', rate);
    clock.pass(0.25);
    expect([buckets.waitMs('a', rate), buckets.waitMs('a', rate), buckets.waitMs('b', rate)]).toEqual([750, 750, 0]);
  });

  it('loses nothing when the clock is set back', () => {
    const clock = createMovedClock();
    const buckets = createTokenBuckets(10, clock);
    buckets.take('a', rate);
    clock.pass(-86_400);
    expect(buckets.take('a', rate)).toBe(0);
  });

  it('starts full again once it was dropped for others', () => {
    const buckets = createTokenBuckets(1, createMovedClock());
    for (let taken = 0; taken < 3; taken += 1) buckets.take('a', rate);
    buckets.take('b', rate);
    expect(buckets.waitMs('a', rate)).toBe(0);
  });
});
