import { describe, expect, it } from 'vitest';
import { createLeader } from '../../../src/jobs/replicas/leader-store.ts';
import { leaderLeaseMs } from '../../../src/jobs/timings.ts';
import { useDatabase } from '../movable-database.ts';
import { imagine, openWorld, origin, signal } from '../world.ts';

const database = useDatabase();

describe('a leader that is killed', () => {
  it('is replaced within fifteen seconds, and every job ends', async () => {
    const world = await openWorld({ database });
    const replicas = ['one', 'two'].map((owner) => ({
      leader: createLeader(world.db, 'sweep', owner),
      poll: world.replica().poll,
      alive: true,
      led: false,
    }));
    /** Takes the step that the pipeline takes four times a second. Renews the lease three times in its life. */
    let askedAt = Number.NEGATIVE_INFINITY;
    async function step() {
      const renews = world.clock.now() - askedAt > leaderLeaseMs / 3;
      if (renews) askedAt = world.clock.now();
      for (const replica of replicas.filter(({ alive }) => alive)) {
        if (renews) replica.led = await replica.leader.lead();
        if (replica.led) await replica.poll.step(signal);
      }
      world.pass(0.5);
    }
    for (let made = 0; made < 6; made += 1) await world.running(imagine(), origin());
    await step();
    const [first] = replicas.filter(({ led }) => led);
    if (first) first.alive = false;
    const killed = world.clock.now();
    const second = replicas.find(({ alive }) => alive);
    while (second && !second.led && world.clock.now() - killed < 60_000) await step();
    expect(world.clock.now() - killed).toBeLessThan(15_000);
    for (let steps = 0; steps < 200 && (await world.rows()).some(({ state }) => state === 'running'); steps += 1)
      await step();
    expect((await world.rows()).every(({ state }) => state === 'ready')).toBe(true);
  });
});
