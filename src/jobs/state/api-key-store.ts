/**
 * SQL about one API key: its jobs at PhotoGPT, the orphans on it, how PhotoGPT's list behaves for it, and its calls.
 *
 * The key's row also holds the pause. While there is one, no replica calls PhotoGPT with the key.
 */

import { and, eq, inArray, lt, ne, type SQL, sql } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import type { Database } from '../../db/connect.ts';
import { interval } from '../../db/interval.ts';
import { cachedQuery } from '../../db/query-cache.ts';
import { identities } from '../../db/schema/identity-schema.ts';
import { jobs, keys, mayBeOverdue, orphans } from '../../db/schema/schema.ts';
import type { CallBucket } from './api-rate.ts';
import { type Capabilities, capabilities } from './list-capabilities.ts';

/** Factor by which the rate falls after a 429. */
const slowdownFactor = 0.7;

/** The smallest part of the allowed rate that 429s leave. */
const minBearablePart = 0.05;

/** Factor by which a lowered rate rises in each minute. */
const recoveryPerMinute = 1.05;

/** Newest jobs among which `bearings` looks for one that ended. */
const maxJobsForBearings = 1_000;

/** Overdue jobs that are returned at once. */
const maxOverdue = 100;

/** The state of one API key. */
export type ApiKeyStore = ReturnType<typeof createApiKeyStore>;

/** A job on PhotoGPT's list that no row owns. */
export type Orphan = typeof orphans.$inferInsert;

/**
 * A job that runs at PhotoGPT. `submittedAt` is in epoch milliseconds. `at` is the same time as text, to the microsecond:
 * with `id` it is the place of the job in the order of submission.
 */
export type Running = { id: number; remoteId: string; model: string; submittedAt: number; at: string };

/** The row of a key. `foreign`: another program works with it too. `pausedForMs` is 0 without a pause. */
export type KeyState = { firstSeenAt: Date; foreign: boolean; pausedForMs: number };

/** Milliseconds from `time` until now, in SQL. */
const elapsedMs = (now: SQL, time: SQL | AnyPgColumn): SQL<number> =>
  sql<number>`(extract(epoch from ${now} - ${time}) * 1000)::float8`;

/** Returns the state of one API key. `key` is the hash that rows carry in place of it. */
export function createApiKeyStore(db: Database, key: string) {
  // A read only, because it comes before every call to PhotoGPT.
  const selectState = cachedQuery(db, ['key'], (given) =>
    db.orm
      .select({
        firstSeenAt: keys.firstSeenAt,
        foreign: sql<boolean>`${keys.foreignAt} is not null`,
        pausedForMs: sql<number>`greatest(0, extract(epoch from ${keys.pausedUntil} - ${db.now}) * 1000)::float8`,
      })
      .from(keys)
      .where(eq(keys.id, given.key)),
  );
  async function read(): Promise<KeyState | undefined> {
    const [row] = await selectState({ key });
    return row && { ...row, pausedForMs: Number(row.pausedForMs ?? 0) };
  }

  const selectRunning = cachedQuery(db, ['key', 'at', 'id', 'limit'], ({ key, at, id, limit }) =>
    db.orm
      .select({
        id: jobs.id,
        remoteId: sql<string>`remote_id`,
        model: jobs.model,
        at: sql<string>`submitted_at::text`,
        submittedAt: sql<number>`extract(epoch from submitted_at)::float8 * 1000`.mapWith(Number),
      })
      .from(jobs)
      .where(
        sql`key = ${key} and state = 'running' and operation <> 'train'
          and (submitted_at, id) > (${at}::timestamptz, ${id}::bigint)`,
      )
      .orderBy(jobs.submittedAt, jobs.id)
      .limit(limit),
  );

  /** The part of the allowed rate that PhotoGPT bears now. It rises each minute since the last 429. */
  const bearable = () =>
    sql`least(1, bearable * power(${sql.raw(String(recoveryPerMinute))}, greatest(0, extract(epoch from ${db.now} - slowed_at)) / 60))`;

  return {
    /** Returns at most `limit` running jobs in the order of submission, from behind the place `at` and `id`. No trainings. */
    running: ({ at, id }: { at: string; id: number }, limit: number): Promise<Running[]> =>
      selectRunning({ key, at, id, limit }),

    /**
     * Returns what a new leader must know, in epoch milliseconds. `now` is the time by the database's clock. `lastEnd` is
     * the latest end of a job by PhotoGPT's clock: some replica polled until then. It is undefined when none of the
     * thousand newest jobs ended.
     */
    async bearings(): Promise<{ now: number; lastEnd: number | undefined }> {
      const [row] = await db.run(sql`
        select extract(epoch from ${db.now})::float8 * 1000 as now, (extract(epoch from max(finished_at)) * 1000)::float8 as at
        from (select finished_at from jobs where key = ${key} order by id desc limit ${sql.raw(String(maxJobsForBearings))}) newest`);
      return { now: Number(row?.now), lastEnd: row?.at == null ? undefined : Number(row.at) };
    },

    /** Returns what is known of how PhotoGPT's list behaves for this key. */
    async capabilities(): Promise<Capabilities> {
      const [row] = await db.orm.select({ known: keys.capabilities }).from(keys).where(eq(keys.id, key));
      return capabilities.catch({}).parse(row?.known ?? {});
    },

    /** Saves how PhotoGPT's list behaves. */
    async learned(known: Capabilities): Promise<void> {
      await db.orm.update(keys).set({ capabilities: known }).where(eq(keys.id, key));
    },

    /** Returns the jobs that were or may have been sent and have no id yet, and for how long they have been sent. */
    unidentified: () =>
      db.orm
        .select({
          id: jobs.id,
          state: jobs.state,
          sentAgoMs: elapsedMs(db.now, jobs.sentAt).mapWith(Number),
        })
        .from(jobs)
        .where(and(eq(jobs.key, key), inArray(jobs.state, ['submitting', 'unknown']), sql`${jobs.sentAt} is not null`)),

    /** Returns the jobs in doubt that may be on PhotoGPT's list. `since` is the age of the doubt in milliseconds. */
    inDoubt: () =>
      db.orm
        .select({
          job: jobs,
          since: elapsedMs(db.now, jobs.unknownAt),
          sentAgoMs: elapsedMs(db.now, sql`coalesce(${jobs.sentAt}, ${jobs.unknownAt})`),
        })
        .from(jobs)
        .where(and(eq(jobs.key, key), eq(jobs.state, 'unknown'), ne(jobs.operation, 'train'))),

    /**
     * Returns the trainings that were sent in the last `reachMs`. PhotoGPT lists each as a job whose id it does not tell.
     * `model` is the id of the trained model while that exists.
     */
    trainings: (reachMs: number) =>
      db.orm
        .select({
          model: identities.remoteId,
          sentAgoMs: elapsedMs(db.now, jobs.sentAt),
        })
        .from(jobs)
        .leftJoin(identities, sql`${identities.id} = (${jobs.request}->>'identity')::bigint`)
        .where(
          and(eq(jobs.key, key), eq(jobs.operation, 'train'), sql`${jobs.sentAt} > ${db.now} - ${interval(reachMs)}`),
        ),

    /** Returns at most a hundred jobs that are past their deadline and have no result. */
    overdue: () =>
      db.orm
        .select()
        .from(jobs)
        .where(and(eq(jobs.key, key), mayBeOverdue, lt(jobs.deadlineAt, db.now)))
        .limit(maxOverdue),

    /** Returns those of the ids that belong to a job of ours or to an orphan. */
    async known(remoteIds: string[]): Promise<Set<string>> {
      if (remoteIds.length === 0) return new Set();
      const [ours, orphaned] = await Promise.all([
        db.orm
          .select({ id: jobs.remoteId })
          .from(jobs)
          .where(and(eq(jobs.key, key), sql`${jobs.remoteId} = any(${sql.param(remoteIds)}::text[])`)),
        db.orm
          .select({ id: orphans.remoteId })
          .from(orphans)
          .where(and(eq(orphans.key, key), sql`${orphans.remoteId} = any(${sql.param(remoteIds)}::text[])`)),
      ]);
      return new Set([...ours, ...orphaned].flatMap(({ id }) => id ?? []));
    },

    /** Records a job that no row owns. Does nothing when it is recorded already. */
    orphan: (orphan: Omit<Orphan, 'key'>) =>
      db.orm
        .insert(orphans)
        .values({ ...orphan, key, seenAt: db.now })
        .onConflictDoNothing(),

    /** Returns for how many milliseconds the bot has worked with the key. 0 before the first call of `state`. */
    async seenForMs(): Promise<number> {
      const ageMs = elapsedMs(db.now, keys.firstSeenAt);
      const [row] = await db.orm.select({ ageMs }).from(keys).where(eq(keys.id, key));
      return Number(row?.ageMs ?? 0);
    },

    /** Notes that another program works with this key. From then on no listed job is adopted. */
    foreign: () =>
      db.orm
        .update(keys)
        .set({ foreignAt: sql`coalesce(${keys.foreignAt}, ${db.now})` })
        .where(eq(keys.id, key)),

    /** Returns the state of the key. The first call makes its row. */
    async state(): Promise<KeyState> {
      const known = await read();
      if (known) return known;
      await db.orm
        .insert(keys)
        .values({ id: key, firstSeenAt: db.now, filledAt: db.now, slowedAt: db.now })
        .onConflictDoNothing();
      const made = await read();
      if (!made) throw new Error('the key has no row');
      return made;
    },

    /**
     * Stops all calls to PhotoGPT for `pauseMs`. A shorter pause never cuts a longer one. `isRateExceeded` also lowers the
     * rate. Two replicas that notice one excess in the same second lower it twice.
     */
    async pause(pauseMs: number, isRateExceeded = false): Promise<void> {
      await db.orm
        .update(keys)
        .set({
          pausedUntil: sql`greatest(coalesce(${keys.pausedUntil}, ${db.now}), ${db.now} + ${interval(pauseMs)})`,
          ...(isRateExceeded && {
            bearable: sql`greatest(${minBearablePart}, ${bearable()} * ${slowdownFactor})`,
            slowedAt: db.now,
          }),
        })
        .where(eq(keys.id, key));
    },

    /**
     * Takes at most `wanted` calls from the bucket that all replicas of the key have together. Resolves with how many: 0
     * during a pause. A negative `wanted` gives calls back.
     */
    async takeCalls(wanted: number, { perSecond, maxCalls, reserve }: CallBucket): Promise<number> {
      const refilled = sql`least(${maxCalls}::float8, calls
        + greatest(0, extract(epoch from ${db.now} - filled_at)) * ${perSecond}::float8 * ${bearable()})`;
      const rows = await db.run(sql`
        with bucket as (
          select id, ${refilled} as available, coalesce(paused_until > ${db.now}, false) as is_paused
          from keys where id = ${key} for update
        ), taken as (
          select id, available, case when is_paused then 0 else
            least(${wanted}::float8, greatest(0, floor(available - ${reserve}::float8))) end as calls from bucket
        )
        update keys set calls = taken.available - taken.calls, filled_at = ${db.now}
        from taken where keys.id = taken.id returning taken.calls as taken`);
      return Number(rows[0]?.taken ?? 0);
    },
  };
}
