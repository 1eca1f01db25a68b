/**
 * SQL for what people and platforms read and change of jobs: find, cancel, remove, and where the placeholder is.
 *
 * `transitions-store.ts` has the transitions of the job diagram. This file also has the SQL fragments that several stores
 * share.
 */

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
import { firstProgressMs, placeholdersTickMs, placeholderTimeoutMs } from '../timings.ts';

/** A row of the table of jobs. */
export type Job = typeof jobs.$inferSelect;

/** The person whose jobs they are. People of different platforms or tenants never meet. */
export type Owner = Pick<Job, 'platform' | 'tenant' | 'person'>;

/** The jobs of all keys. */
export type JobStore = ReturnType<typeof createJobStore>;

const codeOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
};

/** Returns whether a statement failed because another process took a unique place first (unique_violation). */
export const isUniqueViolation = (error: unknown): boolean => codeOf(error) === '23505';

/** Returns whether a claim failed because of another one: by a unique place, or by a deadlock (deadlock_detected). */
export const isLostRace = (error: unknown): boolean => isUniqueViolation(error) || codeOf(error) === '40P01';

/** Placeholders that one statement saves at most. */
const maxRows = 100;

/**
 * Makes deliveries pending again, as the start of an SQL update of `deliveries d`. A process that is posting one loses its
 * claim. The place and the notes stay, so that the next post replaces the same message.
 */
export const repeatDelivery = (
  db: Pick<Database, 'now'>,
) => sql`update deliveries d set state = 'pending', fence = fence + 1,
  lease_until = null, next_at = ${db.now}, updated_at = ${db.now}`;

/**
 * Locks the jobs of a batch in the order of their ids, in SQL. A batch locks jobs before their deliveries. Otherwise two
 * batches with some of the same jobs would wait for each other, until Postgres ends one of them after a second.
 */
export const lockJobs = (ids: SQL) => sql`select id from jobs where id = any(array(${ids})) order by id for update`;

/** Whether a delivery `d` is the last word on its job, in SQL. */
export const isFinalDelivery = sql`d.kind in ('result', 'failure')`;

/** States of jobs that have no result yet. */
const unfinishedStates: Job['state'][] = ['queued', 'submitting', 'unknown', 'running', 'preparing'];

/**
 * Returns the jobs of all keys. Placeholders that come while others are being written share a statement. With `batchClock`,
 * so do placeholders of one tick.
 */
export function createJobStore(db: Database, batchClock?: Clock) {
  const ownedBy = (owner: Owner) =>
    and(eq(jobs.platform, owner.platform), eq(jobs.tenant, owner.tenant), eq(jobs.person, owner.person));

  const selectOne = cachedQuery(db, ['id'], ({ id }) => db.orm.select().from(jobs).where(eq(jobs.id, id)));
  // An array, so that the planner looks up each id.
  const selectAll = cachedQuery(db, ['ids'], ({ ids }) =>
    db.orm
      .select()
      .from(jobs)
      .where(sql`${jobs.id} = any(array(select jsonb_array_elements_text(${ids}::jsonb)::bigint))`),
  );
  /** Saves placeholders. Locks rows in the order of their ids: two processes that save the same jobs must not deadlock. */
  async function saveShown(places: { id: number; ref: MessageRef }[]): Promise<undefined[]> {
    const isLate = sql`created_at + ${interval(placeholderTimeoutMs)} < ${db.now}`;
    const isResultBegun = sql`exists (select 1 from deliveries d where d.job = jobs.id and d.attempts > 0 and ${isFinalDelivery})`;
    await db.run(sql`
      with given as (select * from jsonb_to_recordset(${JSON.stringify(places)}::jsonb) as g(id bigint, ref jsonb)),
      before as (
        select j.id, j.ack is not null as placed, given.ref as here from jobs j join given on given.id = j.id
        where j.id = any(array(select id from given)) order by j.id for update of j
      ), moved as (
        update jobs set ack = case when private and not ${isResultBegun} then here else coalesce(ack, here) end,
          progress_at = coalesce(progress_at, created_at + ${interval(firstProgressMs)}),
          progress_until = case when ${isLate} then progress_until end
        from before where jobs.id = before.id and jobs.id = any(array(select id from given))
        returning jobs.id, placed, here, ${isLate} as is_late
      )
      ${repeatDelivery(db)} from moved where d.job = moved.id and d.job = any(array(select id from moved where moved.is_late))
        and ${isFinalDelivery} and ((d.state = 'sending' and moved.placed) or (d.state = 'sent'
          and d.ref->>'id' = moved.here->>'id' and d.ref->>'channel' = moved.here->>'channel'))
      returning d.id`);
    return places.map(() => undefined);
  }
  // A job has two placeholders when the platform shows one to everybody and one to the person.
  const saveShownSoon = createBatchedWrites(saveShown, maxRows, {
    ticks: ticksOf(batchClock, placeholdersTickMs),
    keyOf: ({ id }) => id,
  });

  /** Deletes jobs and returns the names of their files. With `shouldErase`, PhotoGPT's copies are deleted later as well. */
  const removing = (which: SQL, shouldErase: boolean) => sql`
    with removed as (delete from jobs where ${which} returning id, key, remote_id, credits, expected, outcome, outputs,
      submitted_at, platform, tenant, person, created_at),
    erased as (
      insert into erasures (key, kind, remote_id, next_at)
      select distinct key, output->>'kind', output->>'id', ${db.now}
      from removed, jsonb_array_elements(outputs) output where ${shouldErase} and output->>'id' is not null
      on conflict do nothing
    ),
    summed as (
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
    /** Returns a job. */
    async find(id: number): Promise<Job | undefined> {
      const [row] = await selectOne({ id });
      return row;
    },

    /** Returns the jobs with these ids that exist. */
    findAll: (ids: number[]): Promise<Job[]> => selectAll({ ids: JSON.stringify(ids) }),

    /** Returns the newest jobs of a person, unfinished ones first. */
    recent: (owner: Owner, limit: number) =>
      db.orm
        .select()
        .from(jobs)
        .where(ownedBy(owner))
        .orderBy(desc(inArray(jobs.state, unfinishedStates)), desc(jobs.id))
        .limit(limit),

    /** Returns the newest jobs of a whole place. */
    recentHere: ({ platform, tenant }: Omit<Owner, 'person'>, limit: number) =>
      db.orm
        .select()
        .from(jobs)
        .where(and(eq(jobs.platform, platform), eq(jobs.tenant, tenant)))
        .orderBy(desc(jobs.createdAt))
        .limit(limit),

    /**
     * Cancels a job. A queued job ends and costs nothing: `cancelled`. A sent job keeps running but is not posted:
     * `withdrawn`. Returns undefined when it had already ended.
     */
    async cancel(id: number): Promise<'cancelled' | 'withdrawn' | undefined> {
      const rows = await db.run(sql`
        with moved as (
          update jobs set updated_at = ${db.now}, withdrawn = (state <> 'queued'),
            outcome = case when state = 'queued' then 'cancelled' end,
            finished_at = case when state = 'queued' then ${db.now} else finished_at end,
            state = case when state = 'queued' then 'cancelled' else state end
          where id = ${id} and not withdrawn and ${inArray(sql`state`, unfinishedStates)}
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
     * Saves where the placeholder of a job is. The first place stays, because the result replaces that message. The place
     * of a private answer replaces a public one, until the result has begun to go there: it would appear twice otherwise.
     *
     * A late placeholder may have overwritten a result that did not wait for it. That result is posted again. A result that
     * was begun before there was a placeholder is a message of its own, and stays as it is.
     */
    shown: (id: number, ref: MessageRef) => saveShownSoon({ id, ref }),

    /** Fails a job whose result is lost at PhotoGPT. The person may then ask for it again. */
    lost: (id: number, failure: Failure) =>
      db.orm
        .update(jobs)
        .set({ outcome: 'failed', failure, updatedAt: db.now })
        .where(and(eq(jobs.id, id), eq(jobs.outcome, 'done'))),

    /**
     * Deletes a job and the rows that belong to it. PhotoGPT goes on listing it, so its id becomes an orphan. Without that
     * it would look like a foreign job, or like the result of a request in doubt. Its cost stays as a sum.
     */
    remove: (id: number) => db.run(removing(sql`id = ${id}`, false)),

    /** Deletes at most `limit` ended jobs of a person, at PhotoGPT as well. Returns the files of each. */
    async removeOf({ platform, tenant, person }: Owner, limit: number): Promise<string[][]> {
      const ended = sql`id in (select id from jobs where platform = ${platform} and tenant = ${tenant}
        and person = ${person} and outcome is not null order by id limit ${limit} for update skip locked)`;
      const rows = await db.run(removing(ended, true));
      return rows.map(({ files }) => z.array(z.string()).parse(JSON.parse(String(files))));
    },

    /** Returns the ids of a person's jobs that have not ended. */
    unfinished: (owner: Owner) =>
      db.orm
        .select({ id: jobs.id })
        .from(jobs)
        .where(and(ownedBy(owner), isNull(jobs.outcome))),

    /** Withdraws the jobs of a place that removed the bot, and drops its pending deliveries. */
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
