import { setTimeout as rest } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runLoop } from '../../src/concurrency/loop.ts';
import { createWakeUp } from '../../src/concurrency/wake-up.ts';
import { createLeader, leaderLeaseMs } from '../../src/jobs/replicas/leader-store.ts';
import { logTo } from '../../src/log.ts';
import { useDatabase } from '../jobs/movable-database.ts';
import { soon } from '../jobs/world.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';

const database = useDatabase();
const silent = logTo({ write: () => {} });

/** Runs a loop whose steps do what `step` says, until it is stopped. */
function looping(step: (count: number) => boolean) {
  const clock = createMovedClock();
  const [wake, stopping] = [createWakeUp(clock), new AbortController()];
  let steps = 0;
  const ended = runLoop(
    {
      ...{ name: 'test', every: 1_000, clock, wake, random: () => 1, log: silent },
      step: async () => {
        steps += 1;
        return step(steps);
      },
    },
    stopping.signal,
  );
  return { clock, wake, ended, stop: () => stopping.abort(), steps: () => steps };
}

describe('a loop', () => {
  it('goes on while there is more, then waits for the bell or for its time', async () => {
    const loop = looping((count) => count < 3);
    await expect.poll(loop.steps, soon).toBe(3);
    loop.clock.pass(0.9);
    await rest(5);
    expect(loop.steps()).toBe(3);
    loop.clock.pass(0.1);
    await expect.poll(loop.steps, soon).toBe(4);
    await expect.poll(loop.clock.sleepers, soon).toBe(1);
    loop.wake.notify();
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

describe('a bell', () => {
  it('that rang before anybody waited is heard by the next one, once', async () => {
    const clock = createMovedClock();
    const wake = createWakeUp(clock);
    const forever = new AbortController().signal;
    wake.notify();
    wake.notify();
    await wake.wait(1_000, forever);
    const second = wake.wait(1_000, forever);
    expect(clock.sleepers()).toBe(1);
    clock.pass(1);
    await second;
  });

  it('ends with the signal, even one that was given before, and leaves nothing hanging on it', async () => {
    const clock = createMovedClock();
    const wake = createWakeUp(clock);
    const stopping = new AbortController();
    const waiting = wake.wait(1_000, stopping.signal);
    stopping.abort();
    await waiting;
    await wake.wait(1_000, stopping.signal);
    expect(clock.sleepers()).toBe(0);
  });
});

describe('the leader', () => {
  it('is one of several, until it is silent for longer than its lease', async () => {
    const clock = createMovedClock();
    const db = database(clock);
    const replicas = ['one', 'two', 'three'].map((owner) => createLeader(db, 'sweep', owner));
    const led = () => Promise.all(replicas.map(({ lead }) => lead()));
    // Any of them may be the quickest.
    const first = await led();
    expect(first.filter(Boolean)).toHaveLength(1);
    clock.pass(leaderLeaseMs / 1000 - 1);
    expect(await led()).toEqual(first);
    clock.pass(leaderLeaseMs / 1000 + 1);
    const next = replicas[first.indexOf(false)];
    expect(await next?.lead()).toBe(true);
    expect(await led()).toEqual(replicas.map((each) => each === next));
  });

  it('that resigns is replaced at once, and cannot resign for another', async () => {
    const clock = createMovedClock();
    const [one, two] = ['one', 'two'].map((owner) => createLeader(database(clock), 'sweep', owner));
    await one?.lead();
    await two?.resign();
    expect(await two?.lead()).toBe(false);
    await one?.resign();
    clock.pass(0.001);
    expect(await two?.lead()).toBe(true);
  });
});
