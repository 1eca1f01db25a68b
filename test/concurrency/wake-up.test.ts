import { describe, expect, it } from 'vitest';
import { createWakeUp } from '../../src/concurrency/wake-up.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';

describe('a wake-up', () => {
  it('ends the next wait once when nothing waited', async () => {
    const clock = createMovedClock();
    const wakeUp = createWakeUp(clock);
    const forever = new AbortController().signal;
    wakeUp.notify();
    wakeUp.notify();
    await wakeUp.wait(1_000, forever);
    const second = wakeUp.wait(1_000, forever);
    expect(clock.sleepers()).toBe(1);
    clock.pass(1);
    await second;
  });

  it('ends with an aborted signal and leaves no listener on it', async () => {
    const clock = createMovedClock();
    const wakeUp = createWakeUp(clock);
    const stopping = new AbortController();
    const waiting = wakeUp.wait(1_000, stopping.signal);
    stopping.abort();
    await waiting;
    await wakeUp.wait(1_000, stopping.signal);
    expect(clock.sleepers()).toBe(0);
  });
});
