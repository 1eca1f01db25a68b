/** A database on the engine of this run. Its clock is the test's own, and every test finds it empty. */
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Clock } from '../../src/concurrency/clock.ts';
import type { Database } from '../../src/db/connect.ts';
import { openTestDatabase } from '../db/engine.ts';
import { expectNoSecretRows } from '../security/no-secrets.ts';

/** Opens a database for the test file that calls this. Returns a function that gives it the clock of a test. */
export function useDatabase(): (clock: Pick<Clock, 'now'>) => Database {
  let opened: Database;
  beforeAll(async () => {
    opened = await openTestDatabase();
  });
  beforeEach(async () => {
    // Deleting costs a tenth of truncating, because the tables are small.
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
  // Here as well as on closing: the next test empties the tables, so that closing checks the last test's rows only.
  afterEach(() => expectNoSecretRows((statement) => opened.run(sql.raw(statement))));
  afterAll(() => opened.close());
  return (clock) => ({
    ...opened,
    // The database has the clock of the test, so that a day passes on both at once.
    get now() {
      return sql`${new Date(clock.now()).toISOString()}::timestamptz`;
    },
  });
}
