import { describe, expect, it } from 'vitest';
import { createBoundedMap } from '../../src/concurrency/bounded-map.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';

describe('a bounded map', () => {
  it('drops the entry that was used longest ago', () => {
    const map = createBoundedMap<string, number>({ maxEntries: 2 });
    map.set('a', 1);
    map.set('b', 2);
    map.get('a');
    map.set('c', 3);
    expect(['a', 'b', 'c'].map((key) => map.has(key))).toEqual([true, false, true]);
    expect(map.size()).toBe(2);
  });

  it('believes an entry for its time and no longer', () => {
    const clock = createMovedClock();
    const map = createBoundedMap<string, number>({ maxEntries: 10, ttlMs: 1_000, clock });
    map.set('a', 1);
    map.set('b', 2, { ttlMs: 5_000 });
    clock.pass(1);
    expect(map.get('a')).toBe(1);
    clock.pass(0.001);
    expect([map.get('a'), map.has('a'), map.get('b')]).toEqual([undefined, false, 2]);
  });

  it('forgets what is deleted or cleared', () => {
    const map = createBoundedMap<string, number>({ maxEntries: 10 });
    for (const key of ['a', 'b', 'c']) map.set(key, 1);
    map.delete('a');
    expect([map.get('a'), map.size()]).toEqual([undefined, 2]);
    map.clear();
    expect(map.size()).toBe(0);
  });
});
