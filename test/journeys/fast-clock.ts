/** A clock that runs many times as fast as the one on the wall. Processes with one `began` share the time. */
import { type SQL, sql } from 'drizzle-orm';
import type { Clock } from '../../src/concurrency/clock.ts';
import { systemClock } from '../../src/concurrency/clock.ts';

/** Returns the clock. `began` is in epoch milliseconds. `sql` is its time in a database on this machine. */
export function createFastClock(began: number, speed: number): Clock & { sql: SQL } {
  const start = new Date(began).toISOString();
  return {
    now: () => began + (Date.now() - began) * speed,
    sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / speed, signal),
    sql: sql.raw(`('${start}'::timestamptz + (now() - '${start}'::timestamptz) * ${speed})`),
  };
}
