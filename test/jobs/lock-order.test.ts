import { sql } from 'drizzle-orm';
import { expect, inject, it } from 'vitest';
import { createProgressStore } from '../../src/jobs/progress-store.ts';
import { createJobStore } from '../../src/jobs/store.ts';
import { createTransitions } from '../../src/jobs/transitions-store.ts';
import { useDatabase } from './movable-database.ts';
import { imagine, openWorld, origin } from './world.ts';

const database = useDatabase();
const call = { command: 'imagine', options: {} };

// The embedded database does one thing after the other.
it.skipIf(inject('template').engine === 'embedded')(
  'batches of several processes for the same jobs never wait for each other crosswise',
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
      const asked = Array.from({ length: 40 }, () => world.bot.desk.start(imagine(), { origin: origin(), call }));
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
        other.ended(ends),
        one.ended(ends.toReversed()),
      ]);
    }
    expect(await deadlocks()).toBe(before);
    expect(await world.rows()).toHaveLength(480);
  },
);
