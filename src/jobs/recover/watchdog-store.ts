/** All SQL of the watchdog: which rows have sat in their state for longer than it allows, and how to get them moving. */

import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/connect.ts';
import { interval } from '../../db/interval.ts';
import { jobs } from '../../db/schema/schema.ts';
import type { Job } from '../state/job-store.ts';
import { type Limit, limits } from './watchdog-limits.ts';

/** Unfinished rows of one state: how many, the longest unchanged one's age in seconds, and how many are past their limit. */
export type Ages = { what: Limit['what']; state: string; count: number; oldest: number; stuck: number };

export type WatchdogStore = ReturnType<typeof createWatchdogStore>;

/** At most so many rows of one state in one round: the rest waits for the next. */
const batch = 20;

export function createWatchdogStore(db: Database) {
  const since: Record<Limit['since'], SQL> = {
    change: sql`updated_at`,
    deadline: sql`deadline_at`,
    creation: sql`created_at`,
  };
  /** Ended and nothing was ever going to be said of it, for a row of `jobs`. */
  const unsaid = sql`not exists (select 1 from deliveries d where d.job = jobs.id)`;
  const isOver = ({ state, since: from, after, remedy }: Limit) =>
    sql`(state = ${state} and ${since[from]} < ${db.now} - ${interval(after)}${remedy === 'say' ? sql` and ${unsaid}` : sql``})`;
  const anyOver = (what: Limit['what']) => sql.join(limits.filter((one) => one.what === what).map(isOver), sql` or `);

  return {
    /** Jobs past this limit, the oldest first. */
    stuckJobs: (limit: Limit): Promise<Job[]> =>
      db.orm.select().from(jobs).where(isOver(limit)).orderBy(since[limit.since]).limit(batch) as Promise<Job[]>,

    /** Writes the delivery that an ended job lacks. Returns how many had none. */
    async say(limit: Limit): Promise<number> {
      const rows = await db.run(sql`
        insert into deliveries (job, kind, channel, next_at, created_at, updated_at)
        select id, case when outcome = 'done' then 'result' else 'failure' end, channel, ${db.now}, ${db.now}, ${db.now}
        from jobs where ${isOver(limit)} order by id limit ${batch} on conflict (job, kind) do nothing returning id`);
      return rows.length;
    },

    /** Takes deliveries from a holder that does not end them; whoever is next goes on from its notes. */
    async reopen(limit: Limit): Promise<number> {
      const rows = await db.run(sql`
        update deliveries set state = 'pending', lease_until = null, next_at = ${db.now}, fence = fence + 1, updated_at = ${db.now}
        where id in (select id from deliveries where ${isOver(limit)} limit ${batch} for update skip locked) returning id`);
      return rows.length;
    },

    /** Gives deliveries up that nobody could post for so long: they stay with their jobs, to be asked for. */
    async keep(limit: Limit): Promise<number> {
      const rows = await db.run(sql`
        with kept as (
          update deliveries set state = 'kept', lease_until = null, error = coalesce(error, 'nobody posted it in time'),
            updated_at = ${db.now}
          where id in (select id from deliveries where ${isOver(limit)} limit ${batch} for update skip locked) returning id, job
        ), closed as (
          update jobs set state = 'closed', closed_at = ${db.now}, updated_at = ${db.now}
          where id in (select job from kept) and state in ('ready', 'failed', 'cancelled') and not exists (
            select 1 from deliveries d where d.job = jobs.id and d.state in ('pending', 'sending')
              and d.id not in (select id from kept))
        )
        select id from kept`);
      return rows.length;
    },

    /** Everything that is not finished, by state. */
    async ages(): Promise<Ages[]> {
      const counted = sql`state, count(*)::int as count,
        extract(epoch from ${db.now} - min(updated_at))::float8 as oldest`;
      const rows = await db.run(sql`
        select 'job' as what, ${counted}, count(*) filter (where ${anyOver('job')})::int as stuck
        from jobs where state <> 'closed' group by state
        union all
        select 'delivery', ${counted}, count(*) filter (where ${anyOver('delivery')})::int
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
