/** What people and platforms read and change of jobs, in SQL. The arrows of the diagram are in `transitions-store.ts`. */

import { and, desc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { MessageRef } from '../../chat.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { ticksOf } from '../../concurrency/ticks.ts';
import { createBatchedWrites } from '../../db/batched-writes.ts';
import type { Database } from '../../db/connect.ts';
import { interval } from '../../db/interval.ts';
import { cachedQuery } from '../../db/query-cache.ts';
import { jobs } from '../../db/schema/schema.ts';
import type { Failure } from '../../errors/catalogue.ts';

export type Job = typeof jobs.$inferSelect;
/** Whose jobs: people of different platforms or tenants never meet. */
export type Owner = Pick<Job, 'platform' | 'tenant' | 'person'>;

export type JobStore = ReturnType<typeof createJobStore>;

const codeOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
};

/** Whether a statement failed because another process was quicker to take a place that is there once: unique_violation. */
export const isTaken = (error: unknown): boolean => codeOf(error) === '23505';

/** The same, or two that claim at one moment waited for each other's places, and this one was given up: deadlock_detected. */
export const isOutrun = (error: unknown): boolean => isTaken(error) || codeOf(error) === '40P01';

/** A result waits this long for the acknowledgement to be shown first, in milliseconds: it must not be overwritten by it. */
export const acknowledging = 10_000;

/** Rows in one statement. */
const mostAtOnce = 100;
/** Nobody waits for a place to be written down, and results come seconds later. Milliseconds. */
const moment = 100;

/** When progress is first worth showing, in milliseconds after the call: most pictures are there after six seconds. */
const firstLook = 4_000;

/** Whoever is saying it loses the claim; the place and the notes stay, so that it is the same message again. */
export const sayAgain = (db: Pick<Database, 'now'>) => sql`update deliveries d set state = 'pending', fence = fence + 1,
  lease_until = null, next_at = ${db.now}, updated_at = ${db.now}`;
/**
 * Jobs of a batch are locked in one order, and before what hangs on them: two statements for some of the same jobs would
 * wait for each other otherwise, until Postgres ends one of them after a second.
 */
export const lockJobs = (ids: SQL) => sql`select id from jobs where id = any(array(${ids})) order by id for update`;
export const isFinal = sql`d.kind in ('result', 'failure')`;

/** States in which a job still costs patience: it counts against how many a person may have on the way. */
const open: Job['state'][] = ['queued', 'submitting', 'unknown', 'running', 'preparing'];

/** `pace`: see `createAcceptance`. */
export function createJobStore(db: Database, batchClock?: Clock) {
  const ownedBy = (owner: Owner) =>
    and(eq(jobs.platform, owner.platform), eq(jobs.tenant, owner.tenant), eq(jobs.person, owner.person));

  const selectOne = cachedQuery(db, ['id'], ({ id }) => db.orm.select().from(jobs).where(eq(jobs.id, id)));
  // As an array, so that the planner looks each of them up.
  const selectAll = cachedQuery(db, ['ids'], ({ ids }) =>
    db.orm
      .select()
      .from(jobs)
      .where(sql`${jobs.id} = any(array(select jsonb_array_elements_text(${ids}::jsonb)::bigint))`),
  );
  /** See `shown`. Rows are locked in one order, so that two processes that show the same jobs do not wait for each other. */
  async function showAll(places: { id: number; ref: MessageRef }[]): Promise<undefined[]> {
    const late = sql`created_at + ${interval(acknowledging)} < ${db.now}`;
    const isBegun = sql`exists (select 1 from deliveries d where d.job = jobs.id and d.attempts > 0 and ${isFinal})`;
    await db.run(sql`
      with given as (select * from jsonb_to_recordset(${JSON.stringify(places)}::jsonb) as g(id bigint, ref jsonb)),
      before as (
        select j.id, j.ack is not null as placed, given.ref as here from jobs j join given on given.id = j.id
        where j.id = any(array(select id from given)) order by j.id for update of j
      ), moved as (
        update jobs set ack = case when private and not ${isBegun} then here else coalesce(ack, here) end,
          progress_at = coalesce(progress_at, created_at + ${interval(firstLook)}),
          progress_until = case when ${late} then progress_until end
        from before where jobs.id = before.id and jobs.id = any(array(select id from given))
        returning jobs.id, placed, here, ${late} as late
      )
      ${sayAgain(db)} from moved where d.job = moved.id and d.job = any(array(select id from moved where moved.late))
        and ${isFinal} and ((d.state = 'sending' and moved.placed) or (d.state = 'sent'
          and d.ref->>'id' = moved.here->>'id' and d.ref->>'channel' = moved.here->>'channel'))
      returning d.id`);
    return places.map(() => undefined);
  }
  // One job may be shown twice: as what everybody sees, and as what only the person does.
  const show = createBatchedWrites(showAll, mostAtOnce, { ticks: ticksOf(batchClock, moment), keyOf: ({ id }) => id });

  /** With `erase`, PhotoGPT is asked later to delete what it made; the files on our disk are named. */
  const removed = (which: SQL, erase = false) => sql`
    with removed as (delete from jobs where ${which} returning id, key, remote_id, credits, expected, outcome, outputs,
      submitted_at, platform, tenant, person, created_at),
    erased as (
      insert into erasures (key, kind, remote_id, next_at)
      select distinct key, output->>'kind', output->>'id', ${db.now}
      from removed, jsonb_array_elements(outputs) output where ${erase} and output->>'id' is not null
      on conflict do nothing
    ),
    kept as (
      insert into spent (platform, tenant, person, day, jobs, credits)
      select platform, tenant, person, date_trunc('day', created_at at time zone 'utc') at time zone 'utc',
        count(*), coalesce(sum(coalesce(credits, expected)), 0)
      from removed where outcome = 'done' group by 1, 2, 3, 4
      on conflict (platform, tenant, person, day)
        do update set jobs = spent.jobs + excluded.jobs, credits = spent.credits + excluded.credits
    ), booked as (
      insert into orphans (key, remote_id, verdict, credits, remote_created_at, seen_at)
      select key, remote_id, 'deleted', credits, submitted_at, ${db.now} from removed where remote_id is not null
      on conflict do nothing
    )
    select id, array_to_json(array(select m.id from media m where m.job = removed.id))::text as files from removed`;

  return {
    async find(id: number): Promise<Job | undefined> {
      const [row] = await selectOne({ id });
      return row;
    },

    /** Those of them that there are. */
    findAll: (ids: number[]): Promise<Job[]> => selectAll({ ids: JSON.stringify(ids) }),

    /** The newest jobs of a person, those on the way first. */
    recent: (owner: Owner, limit: number) =>
      db.orm
        .select()
        .from(jobs)
        .where(ownedBy(owner))
        .orderBy(desc(inArray(jobs.state, open)), desc(jobs.id))
        .limit(limit),

    /** The newest jobs of a whole place. */
    recentHere: ({ platform, tenant }: Omit<Owner, 'person'>, limit: number) =>
      db.orm
        .select()
        .from(jobs)
        .where(and(eq(jobs.platform, platform), eq(jobs.tenant, tenant)))
        .orderBy(desc(jobs.createdAt))
        .limit(limit),

    /**
     * Nobody wants it. In the queue it ends here and costs nothing; once sent it goes on, but is not posted.
     * Undefined when there is nothing left to cancel.
     */
    async cancel(id: number): Promise<'cancelled' | 'withdrawn' | undefined> {
      const rows = await db.run(sql`
        with moved as (
          update jobs set updated_at = ${db.now}, withdrawn = (state <> 'queued'),
            outcome = case when state = 'queued' then 'cancelled' end,
            finished_at = case when state = 'queued' then ${db.now} else finished_at end,
            state = case when state = 'queued' then 'cancelled' else state end
          where id = ${id} and not withdrawn and ${inArray(sql`state`, open)}
          returning id, channel, state
        ), said as (
          insert into deliveries (job, kind, channel, next_at, created_at, updated_at)
          select id, 'failure', channel, ${db.now}, ${db.now}, ${db.now} from moved
          on conflict (job, kind) do nothing
        )
        select state from moved`);
      const [row] = rows;
      return row && (row.state === 'cancelled' ? 'cancelled' : 'withdrawn');
    },

    /**
     * Where its acknowledgement stands. The first is kept, for it is the one that the result replaces; but the place of
     * a private answer counts more than the public message that the call was acknowledged with, until its result has begun
     * to go there: one that goes to two places is there twice. A result does not wait for ever: one that this may have
     * landed on top of is said again, but not one that was begun before anything was there to be replaced, because that is a message of its own.
     */
    shown: (id: number, ref: MessageRef) => show({ id, ref }),

    /** What PhotoGPT made cannot be had any more, so that the job counts as failed. It may be asked for once more then. */
    lost: (id: number, failure: Failure) =>
      db.orm
        .update(jobs)
        .set({ outcome: 'failed', failure, updatedAt: db.now })
        .where(and(eq(jobs.id, id), eq(jobs.outcome, 'done'))),

    /**
     * Takes a job and everything that hangs on it out of the database. PhotoGPT goes on listing it, so its id is booked:
     * otherwise it would look like somebody else's, or like the one that a request in doubt is waiting for. What it cost
     * stays as a sum.
     */
    remove: (id: number) => db.run(removed(sql`id = ${id}`)),

    /** The same for everything that has ended for a person, at most `limit` at once; gives the files of every job that went. */
    async removeOf({ platform, tenant, person }: Owner, limit: number): Promise<string[][]> {
      const ended = sql`id in (select id from jobs where platform = ${platform} and tenant = ${tenant}
        and person = ${person} and outcome is not null order by id limit ${limit} for update skip locked)`;
      const rows = await db.run(removed(ended, true));
      return rows.map(({ files }) => z.array(z.string()).parse(JSON.parse(String(files))));
    },

    /** A person's jobs that have not ended. */
    unfinished: (owner: Owner) =>
      db.orm
        .select({ id: jobs.id })
        .from(jobs)
        .where(and(ownedBy(owner), isNull(jobs.outcome))),

    /** The bot was thrown out of a place: what is on the way ends unposted, and what waits to be said is not said. */
    abandon: (platform: string, tenant: string) =>
      db.run(sql`
        with ended as (
          update jobs set withdrawn = true, updated_at = ${db.now},
            outcome = case when state = 'queued' then 'cancelled' else outcome end,
            closed_at = case when state in ('queued', 'ready', 'failed', 'cancelled') then ${db.now} end,
            state = case when state in ('queued', 'ready', 'failed', 'cancelled') then 'closed' else state end
          where platform = ${platform} and tenant = ${tenant} and state <> 'closed' returning id
        )
        update deliveries set state = 'kept', error = 'the bot was removed from there', updated_at = ${db.now}
        where state = 'pending' and job in (select id from ended) returning id`),
  };
}
