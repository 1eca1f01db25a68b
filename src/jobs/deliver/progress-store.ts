/** SQL of showing progress: claims the jobs whose acknowledging message is due for an edit, and frees them after it. */

import { sql } from 'drizzle-orm';
import { createBatchedWrites } from '../../db/batched-writes.ts';
import type { Database } from '../../db/connect.ts';
import { interval } from '../../db/interval.ts';
import { jobs } from '../../db/schema/schema.ts';
import { isFinalDelivery, type Job, lockJobs, repeatDelivery } from '../state/job-store.ts';

/** The statements of showing progress. */
export type ProgressStore = ReturnType<typeof createProgressStore>;

/** Rows in one statement. */
const maxRows = 100;

/** A job whose edit is over, as its claim returned it. */
type Shown = Pick<Job, 'id' | 'progressAt'>;

/** Returns the statements. */
export function createProgressStore(db: Database) {
  /**
   * Frees the jobs whose claims still hold. The results of the other jobs are posted again. Returns whether something
   * can be posted now that could not before.
   *
   * The statement looks up each row by itself. A join read all jobs, which took 1.6 ms with 1,000 jobs on the way.
   */
  async function freeAll(shown: Shown[]): Promise<boolean> {
    const given = shown.map(({ id, progressAt }) => ({ id, at: progressAt }));
    const rows = await db.run(sql`
      with given as (
        select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(id bigint, at timestamptz)
      ), locked as (${lockJobs(sql`select id from given`)}), freed as (
        update jobs set progress_until = null
        where id = any(array(select id from locked)) and progress_until >= ${db.now}
          and date_trunc('milliseconds', progress_at) in (select at from given where given.id = jobs.id) returning id
      ), again as (
        ${repeatDelivery(db)} where d.job = any(array(select id from given where id not in (select id from freed)))
          and ${isFinalDelivery} and d.state in ('sending', 'sent')
        returning d.id
      )
      select id from again union all
      select id from deliveries where job = any(array(select id from freed)) and state = 'pending' and next_at <= ${db.now}`);
    return rows.length > 0;
  }

  const free = createBatchedWrites(async (shown: Shown[]) => {
    const isDue = await freeAll(shown);
    return shown.map(() => isDue);
  }, maxRows);

  return {
    /**
     * Claims jobs whose acknowledging message is due for an edit, the longest overdue first. The next edit is due after
     * `intervalMs`, and later for an old job: after a quarter of its age. Until `leaseMs` is over no other process
     * edits them and no result replaces them, so that progress never lands on top of a result.
     *
     * The index has the due rows in this order, so the other jobs on the way cost nothing. The limit is part of the
     * text, because the planner would read and sort all rows for a limit that it does not know.
     */
    claim: (intervalMs: number, leaseMs: number, limit: number): Promise<Job[]> =>
      db.orm
        .update(jobs)
        .set({
          progressAt: sql`${db.now} + greatest(${interval(intervalMs)}, (${db.now} - ${jobs.createdAt}) / 4)`,
          progressUntil: sql`${db.now} + ${interval(leaseMs)}`,
        })
        .where(
          sql`${jobs.id} = any(array(select id from jobs
            where state in ('submitting', 'unknown', 'running', 'preparing') and ack is not null and not withdrawn
              and coalesce(progress_at, created_at) <= ${db.now}
              and (progress_until is null or progress_until < ${db.now})
            order by coalesce(progress_at, created_at), id limit ${sql.raw(String(Math.trunc(limit)))}
            for update skip locked))`,
        )
        .returning(),

    /**
     * Ends the claim of an edit, so that the result need not wait for it. An edit that took longer than its claim may
     * have landed on top of the result, which is then posted again. The time that the claim set identifies it. Resolves
     * with whether something can be posted that waited for this edit, or for one that ended at the same moment.
     */
    shown: free,
  };
}
