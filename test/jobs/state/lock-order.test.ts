import { sql } from 'drizzle-orm';
import { expect, inject, it } from 'vitest';
import { createProgressStore } from '../../../src/jobs/deliver/progress-store.ts';
import { type Partition, wholePartition } from '../../../src/jobs/replicas/peers.ts';
import { createJobStore } from '../../../src/jobs/state/job-store.ts';
import { createTransitions } from '../../../src/jobs/state/transitions-store.ts';
import { submitLeaseMs } from '../../../src/jobs/timings.ts';
import { useDatabase } from '../movable-database.ts';
import { imagine, key, openWorld, origin, soon } from '../world.ts';

const database = useDatabase();
const call = { command: 'imagine', options: {} };

// The embedded database runs one statement at a time.
it.skipIf(inject('template').engine === 'embedded')(
  'batches of several processes for the same jobs never deadlock',
  async () => {
    const world = await openWorld({ database, maxOpen: 1_000 });
    const { db } = world;
    const deadlocks = async () => {
      const [row] = await db.run(sql`select deadlocks::int from pg_stat_database where datname = current_database()`);
      return Number(row?.deadlocks);
    };
    const [store, progress] = [createJobStore(db), createProgressStore(db)];
    const before = await deadlocks();
    for (let round = 0; round < 12; round += 1) {
      const asked = Array.from({ length: 40 }, () => world.bot.jobs.start(imagine(), { origin: origin(), call }));
      const ids = (await Promise.all(asked)).map(({ job }) => job ?? 0);
      const backwards = [...ids].reverse();
      const ends = backwards.map((id) => ({ id, failure: { code: 'empty' as const, details: undefined } }));
      const shown = ids.map((id) => ({ id, progressAt: new Date(world.clock.now()) }));
      const [one, other] = [createTransitions(db), createTransitions(db)];
      await Promise.all([
        ...backwards.map((id) => store.shown(id, { platform: 'playground', channel: 'c', id: `m${id}` })),
        ...ids.map((id) => one.accepted(id, `r${id}`)),
        ...backwards.map((id) => other.accepted(id, `r${id}`)),
        ...shown.map((job) => progress.shown(job)),
        one.claimSome(key, submitLeaseMs, 40),
        other.ended(ends),
        one.ended(ends.toReversed()),
      ]);
    }
    expect(await deadlocks()).toBe(before);
    expect(await world.rows()).toHaveLength(480);
  },
);

// A process that skipped the job would claim it only a second later.
it.skipIf(inject('template').engine === 'embedded')(
  'a job is claimed at once while its placeholder is being saved',
  async () => {
    const world = await openWorld({ database });
    const { db, transitions } = world;
    const { id } = await world.asked();
    const waiting = async () => {
      const [row] = await db.run(sql`select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`);
      return Number(row?.n);
    };
    const claim = (partition: Partition) => transitions.claimSome(key, submitLeaseMs, 1, partition);
    const claiming = await db.orm.transaction(async (shown) => {
      await shown.execute(sql`select id from jobs where id = ${id} for update`);
      // A replica with peers skips the locked job: a peer may be claiming it.
      expect(await claim({ of: 2, mine: id % 2 })).toEqual([]);
      const claimed = claim(wholePartition);
      await expect.poll(waiting, soon).toBe(1);
      return { claimed };
    });
    expect((await claiming.claimed).map((job) => job.id)).toEqual([id]);
  },
);
