import { describe, expect, it } from 'vitest';
import { nextEventLoopTurn } from '../../../src/concurrency/clock.ts';
import { createDeadlines } from '../../../src/db/engines/deadlines.ts';
import { createMovedClock } from '../../sandbox/moved-clock.ts';

const never = new Promise<never>(() => {});

/** Moves time on check by check, because each begins when the last is over. */
async function pass(clock: ReturnType<typeof createMovedClock>, checks: number): Promise<void> {
  for (let check = 0; check < checks; check += 1) {
    clock.pass(0.1);
    await nextEventLoopTurn();
  }
}

describe('a deadline', () => {
  it('passes on an answer or an error', async () => {
    const clock = createMovedClock();
    const { waitFor } = createDeadlines(clock, 'late');
    expect(await waitFor(Promise.resolve(7), 1_000)).toBe(7);
    await expect(waitFor(Promise.reject(new Error('no')), 1_000)).rejects.toThrow('no');
  });

  it('gives up once the time is over, and not before', async () => {
    const clock = createMovedClock();
    const { waitFor } = createDeadlines(clock, 'late');
    const ends: string[] = [];
    void waitFor(never, 2_000).then((end) => ends.push(`two ${end}`));
    void waitFor(never, 1_000).then((end) => ends.push(`one ${end}`));
    await pass(clock, 9);
    expect(ends).toEqual([]);
    await pass(clock, 2);
    expect(ends).toEqual(['one late']);
    await pass(clock, 10);
    expect(ends).toEqual(['one late', 'two late']);
  });

  it('gives up in time after the clock was set back by a day', async () => {
    const clock = createMovedClock();
    let setBackMs = 0;
    const { waitFor } = createDeadlines({ now: () => clock.now() - setBackMs, sleep: clock.sleep }, 'late');
    const ends: string[] = [];
    void waitFor(never, 1_000).then((end) => ends.push(end));
    await pass(clock, 5);
    setBackMs = 86_400_000;
    await pass(clock, 4);
    expect(ends).toEqual([]);
    await pass(clock, 4);
    expect(ends).toEqual(['late']);
  });

  it('hears an answer that came while the process stood still', async () => {
    const clock = createMovedClock();
    const { waitFor } = createDeadlines(clock, 'late');
    let answer = (_: string) => {};
    const waited = waitFor(new Promise<string>((resolve) => (answer = resolve)), 1_000);
    clock.pass(60);
    await Promise.resolve();
    answer('there all the time');
    expect(await waited).toBe('there all the time');
  });

  it('stops checking when nothing is open', async () => {
    const clock = createMovedClock();
    const { waitFor } = createDeadlines(clock, 'late');
    await Promise.all(Array.from({ length: 50 }, (_, index) => waitFor(Promise.resolve(index), 1_000)));
    expect(clock.sleepers()).toBe(1);
    clock.pass(0.1);
    await Promise.resolve();
    await Promise.resolve();
    expect(clock.sleepers()).toBe(0);
  });
});
