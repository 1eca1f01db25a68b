import { describe, expect, it } from 'vitest';
import { backoff } from '../../src/concurrency/backoff.ts';

describe('a back-off', () => {
  it('doubles its bound with each attempt up to the most', () => {
    const waits = [1, 2, 3, 40].map((attempt) => backoff(attempt, () => 1, { firstMs: 100, maxMs: 1_000 }));
    expect(waits).toEqual([100, 200, 400, 1_000]);
  });

  it('waits at least a quarter of the bound', () => {
    expect(backoff(1, () => 0, { firstMs: 100 })).toBe(25);
  });
});
