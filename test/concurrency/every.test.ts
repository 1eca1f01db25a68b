import { describe, expect, it } from 'vitest';
import { createEvery } from '../../src/concurrency/every.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';

describe('an interval', () => {
  it('is due at first, then once in its time', () => {
    const clock = createMovedClock();
    const every = createEvery(1_000, clock);
    expect([every.take(), every.take()]).toEqual([true, false]);
    clock.pass(0.999);
    expect(every.take()).toBe(false);
    clock.pass(0.001);
    expect([every.take(), every.take()]).toEqual([true, false]);
  });

  it('begins with mark alone when only isDue is asked', () => {
    const every = createEvery(1_000, createMovedClock());
    expect([every.isDue(), every.isDue()]).toEqual([true, true]);
    every.mark();
    expect(every.isDue()).toBe(false);
    every.reset();
    expect(every.isDue()).toBe(true);
  });

  it('is due at once when the clock is set back by a day', () => {
    const clock = createMovedClock();
    const every = createEvery(1_000, clock);
    every.mark();
    clock.pass(-86_400);
    expect([every.take(), every.take()]).toEqual([true, false]);
    clock.pass(1);
    expect(every.take()).toBe(true);
  });

  it('asks for an interval that changes each time', () => {
    const clock = createMovedClock();
    let intervalMs = 1_000;
    const every = createEvery(() => intervalMs, clock);
    every.mark();
    clock.pass(0.5);
    expect(every.isDue()).toBe(false);
    intervalMs = 500;
    expect(every.isDue()).toBe(true);
  });
});
