/** All SQL about trainings: they have no job at PhotoGPT that could be asked after, so their model is looked at. */

import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../../db/connect.ts';
import { interval } from '../../db/interval.ts';
import { inTraining, jobs } from '../../db/schema/schema.ts';
import type { Job } from '../state/job-store.ts';

export type TrainStore = ReturnType<typeof createTrainStore>;

/** Everything of one API key; `key` is its digest. */
export function createTrainStore(db: Database, key: string) {
  const mine = (state: Job['state']) => and(eq(jobs.key, key), eq(jobs.operation, 'train'), eq(jobs.state, state));

  return {
    /**
     * PhotoGPT is training: the first look comes after `look`, the end at the latest after `deadline`, both in
     * milliseconds. False when the job had ended meanwhile.
     */
    async began(id: number, modelID: string, { look, deadline }: { look: number; deadline: number }): Promise<boolean> {
      const rows = await db.orm
        .update(jobs)
        .set({
          state: 'running',
          remoteId: `train:${modelID}:${id}`,
          submittedAt: db.now,
          nextAt: sql`${db.now} + ${interval(look)}`,
          deadlineAt: sql`${db.now} + ${interval(deadline)}`,
          leaseUntil: null,
          unknownAt: null,
          updatedAt: db.now,
        })
        .where(and(eq(jobs.id, id), inArray(jobs.state, ['queued', 'submitting', 'unknown'])))
        .returning({ id: jobs.id });
      return rows.length > 0;
    },

    /** Whether any is under way, of whatever key: a question that an index of unfinished trainings answers. */
    async isAny(): Promise<boolean> {
      const [row] = await db.run(sql`select exists (select 1 from jobs where ${inTraining})::int as any`);
      return row?.any === 1;
    },

    /** Trainings that are due for a look, at most `limit`; each comes up again after `intervalMs`. */
    claimLooks: (intervalMs: number, limit: number) =>
      db.orm
        .update(jobs)
        .set({ nextAt: sql`${db.now} + ${interval(intervalMs)}` })
        .where(
          inArray(
            jobs.id,
            sql`(select id from jobs where key = ${key} and operation = 'train' and state = 'running'
              and next_at <= ${db.now} order by next_at limit ${limit} for update skip locked)`,
          ),
        )
        .returning(),

    /** Keeps the claim while photos are handed over; false when it is lost. */
    async renew(job: Job, lease: number): Promise<boolean> {
      const rows = await db.orm
        .update(jobs)
        .set({ leaseUntil: sql`${db.now} + ${interval(lease)}` })
        .where(and(eq(jobs.id, job.id), eq(jobs.state, 'submitting'), eq(jobs.fence, job.fence)))
        .returning({ id: jobs.id });
      return rows.length > 0;
    },

    /** Trainings in doubt, each with how long it has been, in milliseconds. */
    inDoubt: () =>
      db.orm
        .select({ job: jobs, since: sql<number>`(extract(epoch from ${db.now} - ${jobs.unknownAt}) * 1000)::float8` })
        .from(jobs)
        .where(mine('unknown')),
  };
}
