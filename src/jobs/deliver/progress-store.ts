/** SQL about showing progress: whose acknowledgement is due for a new look, and what follows an edit. */

import { sql } from 'drizzle-orm';
import { createBatchedWrites } from '../../db/batched-writes.ts';
import type { Database } from '../../db/connect.ts';
import { interval } from '../../db/interval.ts';
import { jobs } from '../../db/schema/schema.ts';
import { isFinal, type Job, lockJobs, sayAgain } from '../state/job-store.ts';

export type ProgressStore = ReturnType<typeof createProgressStore>;

/** Rows in one statement. */
const mostAtOnce = 100;

/** A job whose edit is over, as its claim gave it. */
type Shown = Pick<Job, 'id' | 'progressAt'>;

export function createProgressStore(db: Database) {
  /**
   * Frees the jobs whose claims still hold; of the others the result is said again. Each row is looked up and asked by
   * itself: a join read all jobs, for 1.6 ms with 1,000 on the way. Tells whether something can be said now that could not.
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
        ${sayAgain(db)} where d.job = any(array(select id from given where id not in (select id from freed)))
          and ${isFinal} and d.state in ('sending', 'sent')
        returning d.id
      )
      select id from again union all
      select id from deliveries where job = any(array(select id from freed)) and state = 'pending' and next_at <= ${db.now}`);
    return rows.length > 0;
  }

  const free = createBatchedWrites(async (shown: Shown[]) => {
    const isDue = await freeAll(shown);
    return shown.map(() => isDue);
  }, mostAtOnce);

  return {
    /**
     * Jobs whose acknowledgement is due for a new look, the longest overdue first. The next one is due after `gap`, and
     * later the older the job is: after a quarter of its age. Until `lease` is over nobody else edits them and no result
     * replaces them, so that progress never lands on top of a result. Milliseconds.
     *
     * The index has the due ones in this order, so whatever else is on the way costs nothing. The limit is part of the
     * text that is planned: with any limit, reading all and sorting them looks cheaper.
     */
    claim: (gap: number, lease: number, limit: number): Promise<Job[]> =>
      db.orm
        .update(jobs)
        .set({
          progressAt: sql`${db.now} + greatest(${interval(gap)}, (${db.now} - ${jobs.createdAt}) / 4)`,
          progressUntil: sql`${db.now} + ${interval(lease)}`,
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
     * The edit that was claimed is over, so the result need not wait for it. When it took longer than the claim, it may
     * have landed on top of the result, which is then said again. The claim is known by the time it set. Tells whether
     * there is something to be said that waited for this edit, or for one that was over at the same moment.
     */
    shown: free,
  };
}
