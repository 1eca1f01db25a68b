import { describe, expect, it } from 'vitest';
import { timedOut, withTimeout } from '../../src/concurrency/with-timeout.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';

describe('a timeout', () => {
  it('gives the value of work that ends in time, and leaves no timer behind', async () => {
    const clock = createMovedClock();
    expect(await withTimeout(Promise.resolve(7), 1_000, clock)).toBe(7);
    expect(clock.sleepers()).toBe(0);
  });

  it('says so when the time runs out first', async () => {
    const clock = createMovedClock();
    const waiting = withTimeout(new Promise(() => {}), 1_000, clock);
    clock.pass(1);
    expect(await waiting).toBe(timedOut);
  });

  it('rejects with work that fails in time', async () => {
    const clock = createMovedClock();
    await expect(withTimeout(Promise.reject(new Error('failed')), 1_000, clock)).rejects.toThrow('failed');
    expect(clock.sleepers()).toBe(0);
  });

  it('drops the failure of work that fails later', async () => {
    const clock = createMovedClock();
    const rejected: unknown[] = [];
    const note = (reason: unknown) => rejected.push(reason);
    process.on('unhandledRejection', note);
    let fail = (_error: Error) => {};
    const failing = new Promise((_, reject) => {
      fail = reject;
    });
    const waiting = withTimeout(failing, 1_000, clock);
    clock.pass(1);
    expect(await waiting).toBe(timedOut);
    fail(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(rejected).toEqual([]);
  });
});
