/** SQL about trainings. PhotoGPT gives a training no job id, so the bot polls its model instead. */

import { and, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { Database } from '../../db/connect.ts';
import { interval } from '../../db/interval.ts';
import { inTraining, jobs } from '../../db/schema/schema.ts';
import type { Job } from '../state/job-store.ts';

/** The trainings of one API key. */
export type TrainStore = ReturnType<typeof createTrainStore>;

/** Returns the trainings of one API key. `key` is the hash that rows carry in place of it. */
export function createTrainStore(db: Database, key: string) {
  return {
    /**
     * Moves a job to `running`. The model is first polled after `pollInMs`. The job is given up after `deadlineMs`.
     * Resolves with false when the job had ended meanwhile.
     */
    async markRunning(
      id: number,
      modelID: string,
      { pollInMs, deadlineMs }: { pollInMs: number; deadlineMs: number },
    ): Promise<boolean> {
      const rows = await db.orm
        .update(jobs)
        .set({
          state: 'running',
          remoteId: `train:${modelID}:${id}`,
          submittedAt: db.now,
          nextAt: sql`${db.now} + ${interval(pollInMs)}`,
          deadlineAt: sql`${db.now} + ${interval(deadlineMs)}`,
          leaseUntil: null,
          unknownAt: null,
          updatedAt: db.now,
        })
        .where(and(eq(jobs.id, id), inArray(jobs.state, ['queued', 'submitting', 'unknown'])))
        .returning({ id: jobs.id });
      return rows.length > 0;
    },

    /** Returns whether a training of any key has not ended. An index of those answers it, so each step can ask. */
    async isAnyUnfinished(): Promise<boolean> {
      const [row] = await db.run(sql`select exists (select 1 from jobs where ${inTraining})::int as any`);
      return row?.any === 1;
    },

    /**
     * Claims at most `limit` running trainings that are due for a poll. Each is due again after `intervalMs`. Returns the
     * jobs, each with `ageMs`: the milliseconds since it was submitted, by the database's clock.
     */
    claimDue: (intervalMs: number, limit: number) =>
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
        .returning({
          ...getTableColumns(jobs),
          ageMs: sql<number>`extract(epoch from ${db.now} - coalesce(submitted_at, created_at))::float8 * 1000`,
        }),

    /** Renews the lease of a claim for `leaseMs` while photos are handed over. Resolves with false when it is lost. */
    async renew(job: Job, leaseMs: number): Promise<boolean> {
      const rows = await db.orm
        .update(jobs)
        .set({ leaseUntil: sql`${db.now} + ${interval(leaseMs)}` })
        .where(and(eq(jobs.id, job.id), eq(jobs.state, 'submitting'), eq(jobs.fence, job.fence)))
        .returning({ id: jobs.id });
      return rows.length > 0;
    },

    /** Returns the trainings in doubt, each with the milliseconds since its doubt began. */
    inDoubt: () =>
      db.orm
        .select({
          job: jobs,
          doubtForMs: sql<number>`(extract(epoch from ${db.now} - ${jobs.unknownAt}) * 1000)::float8`,
        })
        .from(jobs)
        .where(and(eq(jobs.key, key), eq(jobs.operation, 'train'), eq(jobs.state, 'unknown'))),
  };
}
