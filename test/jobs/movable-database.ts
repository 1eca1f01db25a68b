/** A database on the engine of this run whose clock is the test's own, emptied for every test. */
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Clock } from '../../src/concurrency/clock.ts';
import type { Database } from '../../src/db/connect.ts';
import { openTestDatabase } from '../db/engine.ts';
import { expectNoSecretRows } from '../security/no-secrets.ts';

/** Opened once for the file that calls this; a function that gives it under a clock. */
export function useDatabase(): (clock: Pick<Clock, 'now'>) => Database {
  let opened: Database;
  beforeAll(async () => {
    opened = await openTestDatabase();
  });
  beforeEach(async () => {
    // A tenth of what truncating so many small tables costs.
    for (const table of [
      'jobs',
      'keys',
      'orphans',
      'leases',
      'durations',
      'media',
      'playground_messages',
      'settings',
      'setting_changes',
      'spent',
      'erasures',
    ]) {
      await opened.run(sql.raw(`delete from ${table}`));
    }
    await opened.run(sql`select setval(pg_get_serial_sequence('jobs', 'id'), 1, false)`);
    await opened.run(sql`select setval(pg_get_serial_sequence('deliveries', 'id'), 1, false)`);
  });
  // The next test empties it, so that the look when it is given back is at the last one's rows only.
  afterEach(() => expectNoSecretRows((statement) => opened.run(sql.raw(statement))));
  afterAll(() => opened.close());
  return (clock) => ({
    ...opened,
    // Both clocks are one, so that a day passes on both at once and neither moves by itself.
    get now() {
      return sql`${new Date(clock.now()).toISOString()}::timestamptz`;
    },
  });
}
