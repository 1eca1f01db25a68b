/**
 * SQL of the watchdog: finds rows that stayed in a state for longer than its limit, and applies the remedies to them.
 */

import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/connect.ts';
import { interval } from '../../db/interval.ts';
import { jobs } from '../../db/schema/schema.ts';
import type { Job } from '../state/job-store.ts';
import { type Limit, limits } from './watchdog-limits.ts';

/**
 * Unfinished rows of one state. `oldest` is the age of the longest unchanged one in seconds. `stuck` of them are past
 * their limit.
 */
export type Ages = { what: Limit['what']; state: string; count: number; oldest: number; stuck: number };

/** The statements of the watchdog. */
export type WatchdogStore = ReturnType<typeof createWatchdogStore>;

/** Rows of one limit in one round. The next round takes the rest. */
const maxRows = 20;

/** Returns the statements. Each is safe in any replica at any time. */
export function createWatchdogStore(db: Database) {
  const startOf: Record<Limit['since'], SQL> = {
    change: sql`updated_at`,
    deadline: sql`deadline_at`,
    creation: sql`created_at`,
  };
  /** Whether a row of `jobs` has no delivery. */
  const lacksDelivery = sql`not exists (select 1 from deliveries d where d.job = jobs.id)`;
  const isPast = ({ state, since, afterMs, remedy }: Limit) =>
    sql`(state = ${state} and ${startOf[since]} < ${db.now} - ${interval(afterMs)}${remedy === 'say' ? sql` and ${lacksDelivery}` : sql``})`;
  const isPastAny = (what: Limit['what']) =>
    sql.join(limits.filter((limit) => limit.what === what).map(isPast), sql` or `);

  return {
    /** Returns jobs past this limit, the oldest first. */
    stuckJobs: (limit: Limit): Promise<Job[]> =>
      db.orm.select().from(jobs).where(isPast(limit)).orderBy(startOf[limit.since]).limit(maxRows) as Promise<Job[]>,

    /** Writes the delivery that an ended job lacks. Returns how many had none. */
    async say(limit: Limit): Promise<number> {
      const rows = await db.run(sql`
        insert into deliveries (job, kind, channel, next_at, created_at, updated_at)
        select id, case when outcome = 'done' then 'result' else 'failure' end, channel, ${db.now}, ${db.now}, ${db.now}
        from jobs where ${isPast(limit)} order by id limit ${maxRows} on conflict (job, kind) do nothing returning id`);
      return rows.length;
    },

    /**
     * Takes deliveries from holders that do not finish them, and returns how many. The next holder goes on from the
     * notes.
     */
    async reopen(limit: Limit): Promise<number> {
      const rows = await db.run(sql`
        update deliveries set state = 'pending', lease_until = null, next_at = ${db.now}, fence = fence + 1, updated_at = ${db.now}
        where id in (select id from deliveries where ${isPast(limit)} limit ${maxRows} for update skip locked) returning id`);
      return rows.length;
    },

    /** Gives up deliveries, and returns how many. A person can still ask for the results of their jobs. */
    async keep(limit: Limit): Promise<number> {
      const rows = await db.run(sql`
        with kept as (
          update deliveries set state = 'kept', lease_until = null, error = coalesce(error, 'nobody posted it in time'),
            updated_at = ${db.now}
          where id in (select id from deliveries where ${isPast(limit)} limit ${maxRows} for update skip locked) returning id, job
        ), closed as (
          update jobs set state = 'closed', closed_at = ${db.now}, updated_at = ${db.now}
          where id in (select job from kept) and state in ('ready', 'failed', 'cancelled') and not exists (
            select 1 from deliveries d where d.job = jobs.id and d.state in ('pending', 'sending')
              and d.id not in (select id from kept))
        )
        select id from kept`);
      return rows.length;
    },

    /** Returns a count of the unfinished rows of each state. */
    async ages(): Promise<Ages[]> {
      const counted = sql`state, count(*)::int as count,
        extract(epoch from ${db.now} - min(updated_at))::float8 as oldest`;
      const rows = await db.run(sql`
        select 'job' as what, ${counted}, count(*) filter (where ${isPastAny('job')})::int as stuck
        from jobs where state <> 'closed' group by state
        union all
        select 'delivery', ${counted}, count(*) filter (where ${isPastAny('delivery')})::int
        from deliveries where state in ('pending', 'sending') group by state order by 1 desc, 2`);
      return rows.map(({ what, state, count, oldest, stuck }) => ({
        what: what === 'delivery' ? 'delivery' : 'job',
        state: String(state),
        count: Number(count),
        oldest: Math.max(0, Number(oldest)),
        stuck: Number(stuck),
      }));
    },
  };
}
