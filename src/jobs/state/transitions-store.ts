/**
 * SQL for the transitions of the job diagram. Each is one guarded statement on the database's clock.
 *
 * - `queued` → `submitting`: a claim. See `claim-store.ts`.
 * - `submitting` → `queued`, `unknown` (in doubt) or `failed`, for a request that did not bring an id.
 * - `queued`, `submitting`, `unknown` → `running`: the job has an id at PhotoGPT.
 * - `unknown` → `queued`: PhotoGPT does not have the job.
 * - `running` → `ready` (pictures) or `preparing` (videos without files).
 * - `preparing` → `ready`.
 * - `queued`, `unknown`, `running`, `preparing` → `failed`.
 *
 * A withdrawn job becomes `closed` where it would become `queued`, `ready` or `failed`.
 */

import { and, eq, inArray, lt, ne, type SQL, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import type { Clock } from '../../concurrency/clock.ts';
import { ticksOf } from '../../concurrency/ticks.ts';
import { createBatchedWrites } from '../../db/batched-writes.ts';
import type { Database } from '../../db/connect.ts';
import { interval } from '../../db/interval.ts';
import { cachedQuery } from '../../db/query-cache.ts';
import { jobs, type Output, type Reference } from '../../db/schema/schema.ts';
import type { Failure } from '../../errors/catalogue.ts';
import { acceptedIdsTickMs } from '../timings.ts';
import { createClaimStore } from './claim-store.ts';
import { type Job, lockJobs } from './job-store.ts';

/** A result at PhotoGPT. `at` is when the job ended, by PhotoGPT's clock. */
export type Ending = { outputs: Output[]; credits?: number; at?: Date };

/** The end of a running job: its result, or why it failed. */
export type End = ({ id: number } & Ending) | { id: number; failure: Failure };

/** The id that PhotoGPT gave a job. `at` is when it took the job, by its clock. */
type Accepted = { id: number; remoteId: string; at?: Date };

/** Ids that one statement saves at most. */
const maxRows = 100;

/** The transitions of all jobs. */
export type Transitions = ReturnType<typeof createTransitions>;

/**
 * Returns the transitions of all jobs. Ids that come while others are being written share a statement. With `batchClock`,
 * so do ids of one tick.
 */
export function createTransitions(db: Database, batchClock?: Clock) {
  /** Changes the jobs that match. Returns one of them, or undefined when there was none. */
  async function move(set: PgUpdateSetSource<typeof jobs>, ...where: (SQL | undefined)[]): Promise<Job | undefined> {
    const [row] = await db.orm
      .update(jobs)
      .set({ ...set, updatedAt: db.now })
      .where(and(...where))
      .returning();
    return row;
  }

  /** Ends a job and makes its delivery, in one statement. Returns false when `guard` no longer holds. */
  async function end(id: number, guard: SQL, set: SQL, kind: 'result' | 'failure'): Promise<boolean> {
    const rows = await db.run(sql`
      with moved as (
        update jobs set ${set}, updated_at = ${db.now}, lease_until = null, unknown_at = null
        where id = ${id} and ${guard} returning id, channel, state
      ), said as (
        insert into deliveries (job, kind, channel, next_at, created_at, updated_at)
        select id, ${kind}, channel, ${db.now}, ${db.now}, ${db.now} from moved where state <> 'closed'
        on conflict (job, kind) do nothing
      )
      select id from moved`);
    return rows.length > 0;
  }

  /** Conditions under which the claim that a step got is still its own. */
  const isHeld = (job: Job) => [eq(jobs.id, job.id), eq(jobs.state, 'submitting'), eq(jobs.fence, job.fence)];

  /** Columns of a job that goes back into the queue, or ends if it was withdrawn. */
  const backInQueue = (delayMs: number) => ({
    state: sql`case when withdrawn then 'closed' else 'queued' end`,
    outcome: sql`case when withdrawn then 'cancelled' end`,
    closedAt: sql`case when withdrawn then ${db.now} end`,
    nextAt: sql`${db.now} + ${interval(delayMs)}`,
    leaseUntil: null,
    unknownAt: null,
  });

  /** Columns of a job with a result. */
  const done = () => sql`state = case when withdrawn then 'closed' else 'ready' end, outcome = 'done',
    closed_at = case when withdrawn then ${db.now} end`;

  /** Columns of a failed job. */
  const failed = (failure: Failure) => sql`state = case when withdrawn then 'closed' else 'failed' end,
    outcome = 'failed', closed_at = case when withdrawn then ${db.now} end,
    finished_at = coalesce(finished_at, ${db.now}), failure = ${JSON.stringify(failure)}::jsonb`;

  const saveIds = cachedQuery(db, ['given'], ({ given }) =>
    db.orm
      .update(jobs)
      .set({
        state: 'running',
        remoteId: sql`g.remote_id`,
        submittedAt: sql`coalesce(g.at, ${db.now})`,
        leaseUntil: null,
        unknownAt: null,
        updatedAt: db.now,
      })
      .from(sql`jsonb_to_recordset(${given}::jsonb) as g(id bigint, remote_id text, at timestamptz)`)
      .where(
        and(
          sql`${jobs.id} = g.id`,
          // An array, so that the planner looks up each id.
          sql`${jobs.id} = any(array(${lockJobs(sql`select (r->>'id')::bigint from jsonb_array_elements(${given}::jsonb) r`)}))`,
          // A subquery, so that the planner takes the primary key and no index of jobs in these states.
          sql`${jobs.state} = any((select array['queued', 'submitting', 'unknown'])::text[])`,
          sql`${jobs.remoteId} is null`,
        ),
      )
      .returning({ id: jobs.id }),
  );

  async function saveAccepted(accepted: Accepted[]): Promise<boolean[]> {
    const given = accepted.map(({ id, remoteId, at }) => ({ id, remote_id: remoteId, at: at?.toISOString() }));
    const saved = new Set((await saveIds({ given: JSON.stringify(given) })).map(({ id }) => id));
    return accepted.map(({ id }) => saved.has(id));
  }
  // A late answer and reconciling may each bring an id for one job. They must not share a batch: the first one wins.
  const saveAcceptedSoon = createBatchedWrites(saveAccepted, maxRows, {
    ticks: ticksOf(batchClock, acceptedIdsTickMs),
    keyOf: ({ id }) => id,
  });

  return {
    ...createClaimStore(db),

    /** Saves the references under PhotoGPT's ids, so that a second try uploads none again. Renews the claim for `leaseMs`. */
    referenced: (job: Job, refs: Reference[], leaseMs: number) =>
      move({ refs, leaseUntil: sql`${db.now} + ${interval(leaseMs)}` }, ...isHeld(job)),

    /**
     * Writes down that the paid request leaves now, and renews the claim for `leaseMs`. Returns undefined when the claim is
     * lost: then the request must not leave.
     */
    sending: (job: Job, leaseMs: number) =>
      move({ sentAt: db.now, leaseUntil: sql`${db.now} + ${interval(leaseMs)}` }, ...isHeld(job)),

    /**
     * Saves the id that PhotoGPT gave a job. `at` is when PhotoGPT took the job, if its list told. An id is saved whichever
     * attempt got it. Returns false when the job has an id or is over: then the caller records the id as an orphan.
     */
    accepted: (id: number, remoteId: string, at?: Date): Promise<boolean> => saveAcceptedSoon({ id, remoteId, at }),

    /** Puts a claimed job back into the queue for `delayMs`. Only for requests that surely had no effect. */
    requeue: (job: Job, delayMs: number) => move(backInQueue(delayMs), ...isHeld(job)),

    /** Marks a claimed job as in doubt: its request may have taken effect. It is not sent again without evidence. */
    doubt: (job: Job) => move({ state: 'unknown', leaseUntil: null, unknownAt: db.now }, ...isHeld(job)),

    /** Puts a job in doubt that PhotoGPT does not have back into the queue. A tainted one stays: its absence proves nothing. */
    absent: (job: Job) =>
      move(
        backInQueue(0),
        eq(jobs.id, job.id),
        eq(jobs.state, 'unknown'),
        eq(jobs.fence, job.fence),
        eq(jobs.tainted, false),
      ),

    /** Taints the other jobs of this key that are in doubt or may come to be: their absence from the list proves nothing. */
    taintOthers: (job: Job) =>
      db.orm
        .update(jobs)
        .set({ tainted: true })
        .where(
          and(
            eq(jobs.key, job.key),
            inArray(jobs.state, ['submitting', 'unknown']),
            sql`${jobs.sentAt} is not null`,
            ne(jobs.id, job.id),
            ne(jobs.operation, 'train'),
          ),
        ),

    /** Ends expired claims. Jobs whose request did not leave go back into the queue. The others are in doubt. */
    async expire(): Promise<void> {
      const expired = and(eq(jobs.state, 'submitting'), lt(jobs.leaseUntil, db.now));
      await move(backInQueue(0), expired, sql`${jobs.sentAt} is null`);
      await move({ state: 'unknown', leaseUntil: null, unknownAt: db.now }, expired, sql`${jobs.sentAt} is not null`);
    },

    /** Fails a job that is in the state `from`. Returns whether it was. */
    fail: (id: number, failure: Failure, from: Job['state']) =>
      end(id, sql`state = ${from}`, failed(failure), 'failure'),

    /** Fails a job whose request was refused. Returns false when the claim is lost: another process may be sending the job. */
    refused: (job: Job, failure: Failure) =>
      end(job.id, sql`state = 'submitting' and fence = ${job.fence}`, failed(failure), 'failure'),

    /** Saves the result of a running job. Pictures are ready to be posted. Videos are prepared first. */
    async finished(id: number, { outputs, credits, at }: Ending): Promise<boolean> {
      const result = sql`outputs = ${JSON.stringify(outputs)}::jsonb,
        credits = coalesce(${credits ?? null}::float8, credits),
        finished_at = coalesce(${at?.toISOString() ?? null}::timestamptz, ${db.now})`;
      if (!outputs.some((output) => output.kind === 'video')) {
        return end(id, sql`state = 'running'`, sql`${done()}, ${result}`, 'result');
      }
      const rows = await db.run(sql`update jobs set state = 'preparing', next_at = ${db.now}, ${result},
        updated_at = ${db.now} where id = ${id} and state = 'running' returning id`);
      return rows.length > 0;
    },

    /**
     * Ends any number of running jobs and makes their deliveries, in one statement. Returns for each whether it was still
     * running. The state is compared in a subquery: a planner with old figures would otherwise read all running jobs for
     * each batch. For 20,000 jobs that takes 3.4 ms instead of 0.1 ms.
     */
    async ended(ends: End[]): Promise<boolean[]> {
      const given = ends.map((end) => {
        if ('failure' in end) return { id: end.id, state: 'failed', failure: end.failure };
        const isVideo = end.outputs.some(({ kind }) => kind === 'video');
        return { ...end, state: isVideo ? 'preparing' : 'ready' };
      });
      const rows = await db.run(sql`
        with given as (
          select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
            as g(id bigint, state text, outputs jsonb, credits float8, at timestamptz, failure jsonb)
        ), locked as (${lockJobs(sql`select id from given`)}), moved as (
          update jobs j set
            state = case when j.withdrawn and g.state <> 'preparing' then 'closed' else g.state end,
            outcome = case g.state when 'ready' then 'done' when 'failed' then 'failed' end,
            closed_at = case when j.withdrawn and g.state <> 'preparing' then ${db.now} end,
            next_at = case g.state when 'preparing' then ${db.now} else j.next_at end,
            finished_at = coalesce(g.at, ${db.now}),
            outputs = coalesce(g.outputs, j.outputs), credits = coalesce(g.credits, j.credits), failure = g.failure,
            lease_until = null, unknown_at = null, updated_at = ${db.now}
          from given g
          where j.id = g.id and j.state = (select 'running') and j.id = any(array(select id from locked))
          returning j.id, j.channel, j.state
        ), said as (
          insert into deliveries (job, kind, channel, next_at, created_at, updated_at)
          select id, case state when 'failed' then 'failure' else 'result' end, channel, ${db.now}, ${db.now}, ${db.now}
          from moved where state in ('ready', 'failed')
          on conflict (job, kind) do nothing
        )
        select id from moved`);
      const moved = new Set(rows.map(({ id }) => Number(id)));
      return ends.map(({ id }) => moved.has(id));
    },

    /** Saves the outputs of a job whose videos all have files. Returns whether it was still preparing. */
    prepared: (id: number, outputs: Output[]) =>
      end(id, sql`state = 'preparing'`, sql`${done()}, outputs = ${JSON.stringify(outputs)}::jsonb`, 'result'),

    /** Claims at most `limit` jobs whose videos are due to be prepared, for `leaseMs`. Claims none during a pause. */
    claimPreparing: (leaseMs: number, limit: number) =>
      db.orm
        .update(jobs)
        .set({ nextAt: sql`${db.now} + ${interval(leaseMs)}` })
        .where(
          inArray(
            jobs.id,
            sql`(select id from jobs where state = 'preparing' and next_at <= ${db.now}
              and not exists (select 1 from keys k where k.id = jobs.key and k.paused_until > ${db.now})
              order by next_at limit ${limit} for update skip locked)`,
          ),
        )
        .returning(),

    /** Makes the videos of a job due again after `delayMs`. */
    prepareLater: (id: number, delayMs: number) =>
      db.orm
        .update(jobs)
        .set({ nextAt: sql`${db.now} + ${interval(delayMs)}` })
        .where(and(eq(jobs.id, id), eq(jobs.state, 'preparing'))),
  };
}
