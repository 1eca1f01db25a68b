import { setTimeout as rest } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runLoop } from '../../src/concurrency/loop.ts';
import { createWakeUp } from '../../src/concurrency/wake-up.ts';
import { logTo } from '../../src/log.ts';
import { soon } from '../jobs/world.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';

const silent = logTo({ write: () => {} });

/** Runs a loop whose steps do what `step` says, until it is stopped. */
function looping(step: (count: number) => boolean) {
  const clock = createMovedClock();
  const [wakeUp, stopping] = [createWakeUp(clock), new AbortController()];
  let steps = 0;
  const ended = runLoop(
    {
      ...{ name: 'test', everyMs: 1_000, clock, wakeUp, random: () => 1, log: silent },
      step: async () => {
        steps += 1;
        return step(steps);
      },
    },
    stopping.signal,
  );
  return { clock, wakeUp, ended, stop: () => stopping.abort(), steps: () => steps };
}

describe('a loop', () => {
  it('goes on while there is more, then waits for a wake-up or for its interval', async () => {
    const loop = looping((count) => count < 3);
    await expect.poll(loop.steps, soon).toBe(3);
    loop.clock.pass(0.9);
    await rest(5);
    expect(loop.steps()).toBe(3);
    loop.clock.pass(0.1);
    await expect.poll(loop.steps, soon).toBe(4);
    await expect.poll(loop.clock.sleepers, soon).toBe(1);
    loop.wakeUp.notify();
    await expect.poll(loop.steps, soon).toBe(5);
    loop.stop();
    await loop.ended;
    expect(loop.clock.sleepers()).toBe(0);
  });

  it('survives steps that fail, waiting longer after each', async () => {
    const loop = looping((count) => {
      if (count < 4) throw new Error('no database');
      return false;
    });
    for (const [index, wait] of [500, 1_000, 2_000].entries()) {
      await expect.poll(loop.steps, soon).toBe(index + 1);
      await expect.poll(loop.clock.sleepers, soon).toBe(1);
      loop.clock.pass((wait - 1) / 1000);
      await rest(2);
      expect(loop.steps()).toBe(index + 1);
      loop.clock.pass(0.001);
    }
    await expect.poll(loop.steps, soon).toBe(4);
    loop.stop();
    await loop.ended;
  });
});
