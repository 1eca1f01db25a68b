import { describe, expect, it } from 'vitest';
import { laneOf } from '../../../src/jobs/submit/lanes.ts';

const events = Array.from({ length: 3_000 }, (_, index) => `event-${index}`);

describe('laneOf', () => {
  it('gives one lane by default', () => {
    expect(new Set(events.map((event) => laneOf({ event })))).toEqual(new Set(['unpriced']));
    expect(new Set(events.map((event) => laneOf({ event }, 1)))).toEqual(new Set(['unpriced']));
  });

  it('spreads events evenly, each always into the same lane', () => {
    const counts = new Map<string, number>();
    for (const event of events) counts.set(laneOf({ event }, 3), (counts.get(laneOf({ event }, 3)) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual(['unpriced', 'unpriced-2', 'unpriced-3']);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
