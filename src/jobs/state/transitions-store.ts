/** The arrows of the job diagram, in SQL: each is one guarded statement on the database's clock. */

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
import { createClaimStore } from './claim-store.ts';
import { type Job, lockJobs } from './job-store.ts';

/** How a job ended, as PhotoGPT tells it; `at` is when, by its clock. */
export type Ending = { outputs: Output[]; credits?: number; at?: Date };

/**
 * The end of a running job: what it made, or why it failed. A failure with `minAgeMs` counts only for a job that was
 * submitted longer ago than that, by the database's clock.
 */
export type End = ({ id: number } & Ending) | { id: number; failure: Failure; minAgeMs?: number };

/** What PhotoGPT calls a job that it took. */
type Taken = { id: number; remoteId: string; at?: Date };

/** Ids in one statement. */
const mostAtOnce = 100;
/** Until it is written down an id can be lost with the process, so this is short beside the request that gave it. Milliseconds. */
const moment = 50;

export type Transitions = ReturnType<typeof createTransitions>;

/** `pace` is the clock by which ids that come within a moment are written together; at once without it. */
export function createTransitions(db: Database, batchClock?: Clock) {
  async function move(set: PgUpdateSetSource<typeof jobs>, ...where: (SQL | undefined)[]): Promise<Job | undefined> {
    const [row] = await db.orm
      .update(jobs)
      .set({ ...set, updatedAt: db.now })
      .where(and(...where))
      .returning();
    return row;
  }

  /** Ends a job and writes what must be said about it, in one statement; false when somebody else had moved it. */
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

  /** Still the claim that this step was given. */
  const held = (job: Job) => [eq(jobs.id, job.id), eq(jobs.state, 'submitting'), eq(jobs.fence, job.fence)];

  /** What nobody wants any more ends where it would have gone back to the queue. */
  const back = (delay: number) => ({
    state: sql`case when withdrawn then 'closed' else 'queued' end`,
    outcome: sql`case when withdrawn then 'cancelled' end`,
    closedAt: sql`case when withdrawn then ${db.now} end`,
    nextAt: sql`${db.now} + ${interval(delay)}`,
    leaseUntil: null,
    unknownAt: null,
  });

  const done = () => sql`state = case when withdrawn then 'closed' else 'ready' end, outcome = 'done',
    closed_at = case when withdrawn then ${db.now} end`;

  const failed = (failure: Failure) => sql`state = case when withdrawn then 'closed' else 'failed' end,
    outcome = 'failed', closed_at = case when withdrawn then ${db.now} end,
    finished_at = coalesce(finished_at, ${db.now}), failure = ${JSON.stringify(failure)}::jsonb`;

  const acceptGiven = cachedQuery(db, ['given'], ({ given }) =>
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
          // As an array, so that the planner looks each of them up.
          sql`${jobs.id} = any(array(${lockJobs(sql`select (r->>'id')::bigint from jsonb_array_elements(${given}::jsonb) r`)}))`,
          // As a question of its own, so that no index of what is in these states is taken instead.
          sql`${jobs.state} = any((select array['queued', 'submitting', 'unknown'])::text[])`,
          sql`${jobs.remoteId} is null`,
        ),
      )
      .returning({ id: jobs.id }),
  );

  async function acceptAll(taken: Taken[]): Promise<boolean[]> {
    const given = taken.map(({ id, remoteId, at }) => ({ id, remote_id: remoteId, at: at?.toISOString() }));
    const kept = new Set((await acceptGiven({ given: JSON.stringify(given) })).map(({ id }) => id));
    return taken.map(({ id }) => kept.has(id));
  }
  // What was lost and what was found may be the same job's: one of the two ids is kept then, and the other one is not.
  const accept = createBatchedWrites(acceptAll, mostAtOnce, {
    ticks: ticksOf(batchClock, moment),
    keyOf: ({ id }) => id,
  });

  return {
    ...createClaimStore(db),

    /** Keeps what PhotoGPT calls the references, so that a second try need not upload them again. */
    referenced: (job: Job, refs: Reference[], lease: number) =>
      move({ refs, leaseUntil: sql`${db.now} + ${interval(lease)}` }, ...held(job)),

    /** Says that the paid request leaves now. When this gives nothing, the claim is lost and it must not leave. */
    sending: (job: Job, lease: number) =>
      move({ sentAt: db.now, leaseUntil: sql`${db.now} + ${interval(lease)}` }, ...held(job)),

    /**
     * PhotoGPT took it; `at` is when, if it was learned from its list. An id is kept whichever attempt got it, unless
     * the job has one or is over: then this is false, and the caller books the id as an orphan. Ids that come while others
     * are being written go together.
     */
    accepted: (id: number, remoteId: string, at?: Date): Promise<boolean> => accept({ id, remoteId, at }),

    /** Nothing was sent, or PhotoGPT said that it did nothing: wait, and send it then. */
    requeue: (job: Job, delay: number) => move(back(delay), ...held(job)),

    /** Nobody can say whether it was sent: never again without evidence. */
    doubt: (job: Job) => move({ state: 'unknown', leaseUntil: null, unknownAt: db.now }, ...held(job)),

    /** A job in doubt that PhotoGPT does not have. Not for a tainted one: for it, absence proves nothing. */
    absent: (job: Job) =>
      move(back(0), eq(jobs.id, job.id), eq(jobs.state, 'unknown'), eq(jobs.fence, job.fence), eq(jobs.tainted, false)),

    /** Spoils the evidence of the others on this key: those in doubt, and those that were sent and may come to be. */
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

    /** Claims that ran out: back to the queue where nothing was sent, in doubt where something may have been. */
    async expire(): Promise<void> {
      const expired = and(eq(jobs.state, 'submitting'), lt(jobs.leaseUntil, db.now));
      await move(back(0), expired, sql`${jobs.sentAt} is null`);
      await move({ state: 'unknown', leaseUntil: null, unknownAt: db.now }, expired, sql`${jobs.sentAt} is not null`);
    },

    /** Ends a job that is in the state `from` without a result. */
    fail: (id: number, failure: Failure, from: Job['state']) =>
      end(id, sql`state = ${from}`, failed(failure), 'failure'),

    /** Ends a job whose request was refused, unless somebody else has claimed it by now and may be sending it. */
    refused: (job: Job, failure: Failure) =>
      end(job.id, sql`state = 'submitting' and fence = ${job.fence}`, failed(failure), 'failure'),

    /** PhotoGPT finished it: pictures are ready to be posted, videos must be prepared first. */
    async finished(id: number, { outputs, credits, at }: Ending): Promise<boolean> {
      const facts = sql`outputs = ${JSON.stringify(outputs)}::jsonb,
        credits = coalesce(${credits ?? null}::float8, credits),
        finished_at = coalesce(${at?.toISOString() ?? null}::timestamptz, ${db.now})`;
      if (!outputs.some((output) => output.kind === 'video')) {
        return end(id, sql`state = 'running'`, sql`${done()}, ${facts}`, 'result');
      }
      const rows = await db.run(sql`update jobs set state = 'preparing', next_at = ${db.now}, ${facts},
        updated_at = ${db.now} where id = ${id} and state = 'running' returning id`);
      return rows.length > 0;
    },

    /**
     * The ends of any number of running jobs, with what must be said of them, in one statement. Gives for each whether
     * it was still running. The state is a question of its own: a planner that does not know yet how many are in it would
     * read them all for each batch, 3.4 ms for 20,000 against 0.1.
     */
    async ended(ends: End[]): Promise<boolean[]> {
      const given = ends.map((end) => {
        if ('failure' in end) return { id: end.id, state: 'failed', failure: end.failure, min_age: end.minAgeMs };
        const isVideo = end.outputs.some(({ kind }) => kind === 'video');
        return { ...end, state: isVideo ? 'preparing' : 'ready' };
      });
      const rows = await db.run(sql`
        with given as (
          select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
            as g(id bigint, state text, outputs jsonb, credits float8, at timestamptz, failure jsonb, min_age float8)
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
            and (g.min_age is null or
              coalesce(j.submitted_at, j.created_at) < ${db.now} - g.min_age * interval '1 millisecond')
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

    /** Every video has a file. */
    prepared: (id: number, outputs: Output[]) =>
      end(id, sql`state = 'preparing'`, sql`${done()}, outputs = ${JSON.stringify(outputs)}::jsonb`, 'result'),

    /** Videos that are due for a look, none while there is a pause; nobody else gets them before `lease` is over. */
    claimPreparing: (lease: number, limit: number) =>
      db.orm
        .update(jobs)
        .set({ nextAt: sql`${db.now} + ${interval(lease)}` })
        .where(
          inArray(
            jobs.id,
            sql`(select id from jobs where state = 'preparing' and next_at <= ${db.now}
              and not exists (select 1 from keys k where k.id = jobs.key and k.paused_until > ${db.now})
              order by next_at limit ${limit} for update skip locked)`,
          ),
        )
        .returning(),

    /** Looks again after `delay`. */
    prepareLater: (id: number, delay: number) =>
      db.orm
        .update(jobs)
        .set({ nextAt: sql`${db.now} + ${interval(delay)}` })
        .where(and(eq(jobs.id, id), eq(jobs.state, 'preparing'))),
  };
}
