import { describe, expect, it } from 'vitest';
import { nextEventLoopTurn } from '../../../src/concurrency/clock.ts';
import { createDeadlines } from '../../../src/db/engines/deadlines.ts';
import { createMovedClock } from '../../sandbox/moved-clock.ts';

const never = new Promise<never>(() => {});

/** Moves time on in looks, because each begins when the last is over. */
async function pass(clock: ReturnType<typeof createMovedClock>, looks: number): Promise<void> {
  for (let look = 0; look < looks; look += 1) {
    clock.pass(0.1);
    await nextEventLoopTurn();
  }
}

describe('what is waited for', () => {
  it('gives its answer or its error as it is', async () => {
    const clock = createMovedClock();
    const { waitFor } = createDeadlines(clock, 'late');
    expect(await waitFor(Promise.resolve(7), 1_000)).toBe(7);
    await expect(waitFor(Promise.reject(new Error('no')), 1_000)).rejects.toThrow('no');
  });

  it('is given up once its time is over, and not before', async () => {
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

  it('is still heard when the process stood still past its time', async () => {
    const clock = createMovedClock();
    const { waitFor } = createDeadlines(clock, 'late');
    let answer = (_: string) => {};
    const waited = waitFor(new Promise<string>((resolve) => (answer = resolve)), 1_000);
    clock.pass(60);
    await Promise.resolve();
    answer('there all the time');
    expect(await waited).toBe('there all the time');
  });

  it('leaves nothing behind: nobody looks when nothing is open', async () => {
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
