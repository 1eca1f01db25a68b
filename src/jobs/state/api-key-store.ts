/** What is known, in SQL, about the other side: which jobs run there, which are nobody's, and when to keep quiet. */

import { and, eq, inArray, lt, ne, sql } from 'drizzle-orm';
import type { Database } from '../../db/connect.ts';
import { interval } from '../../db/interval.ts';
import { cachedQuery } from '../../db/query-cache.ts';
import { identities } from '../../db/schema/identity-schema.ts';
import { jobs, keys, mayBeOverdue, orphans } from '../../db/schema/schema.ts';
import type { TakeCalls } from './api-rate.ts';
import { type Capabilities, capabilities } from './list-capabilities.ts';

/** After 429 the rate is so much of what it was, and never less than this share of what is allowed. */
const [slower, leastShare] = [0.7, 0.05];

export type ApiKeyStore = ReturnType<typeof createApiKeyStore>;
export type Orphan = typeof orphans.$inferInsert;
/** A job that runs at PhotoGPT, and its place in the order of submission. */
export type Running = { id: number; remoteId: string; model: string; submittedAt: number; at: string };
export type KeyState = { firstSeenAt: Date; foreign: boolean; pausedFor: number };

/** Everything of one API key; `key` is its digest. */
export function createApiKeyStore(db: Database, key: string) {
  /** Asked before every call to PhotoGPT, so it only reads. */
  const selectState = cachedQuery(db, ['key'], (given) =>
    db.orm
      .select({
        firstSeenAt: keys.firstSeenAt,
        foreign: sql<boolean>`${keys.foreignAt} is not null`,
        pausedFor: sql<number>`greatest(0, extract(epoch from ${keys.pausedUntil} - ${db.now}) * 1000)::float8`,
      })
      .from(keys)
      .where(eq(keys.id, given.key)),
  );
  async function read(): Promise<KeyState | undefined> {
    const [row] = await selectState({ key });
    return row && { ...row, pausedFor: Number(row.pausedFor ?? 0) };
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

  /** The share of the allowed rate that PhotoGPT bears: 5 % more every minute since it was too much. */
  const bearable = () =>
    sql`least(1, bearable * power(1.05, greatest(0, extract(epoch from ${db.now} - slowed_at)) / 60))`;

  return {
    /**
     * Jobs that can be asked after at PhotoGPT, in the order in which it took them: at most `limit` that come behind a
     * place in that order. `at` is such a place's time; `submittedAt` is in epoch milliseconds.
     */
    running: ({ at, id }: { at: string; id: number }, limit: number): Promise<Running[]> =>
      selectRunning({ key, at, id, limit }),

    /**
     * What somebody who begins to watch must know, in epoch milliseconds: the time by the database's clock, and the end
     * of the newest job that was seen to end, by PhotoGPT's: somebody was watching then. Undefined when there is none
     * among the last thousand jobs.
     */
    async bearings(): Promise<{ now: number; lastEnd: number | undefined }> {
      const [row] = await db.run(sql`
        select extract(epoch from ${db.now})::float8 * 1000 as now, (extract(epoch from max(finished_at)) * 1000)::float8 as at
        from (select finished_at from jobs where key = ${key} order by id desc limit 1000) newest`);
      return { now: Number(row?.now), lastEnd: row?.at == null ? undefined : Number(row.at) };
    },

    /** What is known of how PhotoGPT's list behaves for this key. */
    async capabilities(): Promise<Capabilities> {
      const [row] = await db.orm.select({ known: keys.capabilities }).from(keys).where(eq(keys.id, key));
      return capabilities.catch({}).parse(row?.known ?? {});
    },

    /** Saves what was learned of the list. */
    async learned(known: Capabilities): Promise<void> {
      await db.orm.update(keys).set({ capabilities: known }).where(eq(keys.id, key));
    },

    /** Jobs that were sent, or may have been, and have no id yet; each with how long ago, in milliseconds. */
    unidentified: () =>
      db.orm
        .select({
          id: jobs.id,
          state: jobs.state,
          sentAgo: sql<number>`(extract(epoch from ${db.now} - ${jobs.sentAt}) * 1000)::float8`.mapWith(Number),
        })
        .from(jobs)
        .where(and(eq(jobs.key, key), inArray(jobs.state, ['submitting', 'unknown']), sql`${jobs.sentAt} is not null`)),

    /** Jobs in doubt that may be on PhotoGPT's list, each with how long it has been, and how long ago it was sent, in milliseconds. */
    inDoubt: () =>
      db.orm
        .select({
          job: jobs,
          since: sql<number>`(extract(epoch from ${db.now} - ${jobs.unknownAt}) * 1000)::float8`,
          sentAgo: sql<number>`(extract(epoch from ${db.now} - coalesce(${jobs.sentAt}, ${jobs.unknownAt})) * 1000)::float8`,
        })
        .from(jobs)
        .where(and(eq(jobs.key, key), eq(jobs.state, 'unknown'), ne(jobs.operation, 'train'))),

    /**
     * Trainings that were sent in the last `reach` milliseconds: PhotoGPT lists each as a job whose id it does not tell.
     * `sentAgo` is in milliseconds, `model` the id of the trained model for as long as that exists.
     */
    trainings: (reach: number) =>
      db.orm
        .select({
          model: identities.remoteId,
          sentAgo: sql<number>`(extract(epoch from ${db.now} - ${jobs.sentAt}) * 1000)::float8`,
        })
        .from(jobs)
        .leftJoin(identities, sql`${identities.id} = (${jobs.request}->>'identity')::bigint`)
        .where(
          and(eq(jobs.key, key), eq(jobs.operation, 'train'), sql`${jobs.sentAt} > ${db.now} - ${interval(reach)}`),
        ),

    /** Jobs past their deadline that are still between queue and result. */
    overdue: () =>
      db.orm
        .select()
        .from(jobs)
        .where(and(eq(jobs.key, key), mayBeOverdue, lt(jobs.deadlineAt, db.now)))
        .limit(100),

    /** Which of these ids belong to jobs of ours, or are booked as nobody's. */
    async known(remoteIds: string[]): Promise<Set<string>> {
      if (remoteIds.length === 0) return new Set();
      const [ours, theirs] = await Promise.all([
        db.orm
          .select({ id: jobs.remoteId })
          .from(jobs)
          .where(and(eq(jobs.key, key), sql`${jobs.remoteId} = any(${sql.param(remoteIds)}::text[])`)),
        db.orm
          .select({ id: orphans.remoteId })
          .from(orphans)
          .where(and(eq(orphans.key, key), sql`${orphans.remoteId} = any(${sql.param(remoteIds)}::text[])`)),
      ]);
      return new Set([...ours, ...theirs].flatMap(({ id }) => id ?? []));
    },

    /** Books a job that no row owns. */
    orphan: (orphan: Omit<Orphan, 'key'>) =>
      db.orm
        .insert(orphans)
        .values({ ...orphan, key, seenAt: db.now })
        .onConflictDoNothing(),

    /** For how many milliseconds this bot has worked with the key; 0 before `state` was asked. */
    async seenFor(): Promise<number> {
      const age = sql<number>`(extract(epoch from ${db.now} - ${keys.firstSeenAt}) * 1000)::float8`;
      const [row] = await db.orm.select({ age }).from(keys).where(eq(keys.id, key));
      return Number(row?.age ?? 0);
    },

    /** Notes that somebody else works with this key: from now on nothing is adopted. */
    foreign: () =>
      db.orm
        .update(keys)
        .set({ foreignAt: sql`coalesce(${keys.foreignAt}, ${db.now})` })
        .where(eq(keys.id, key)),

    /** The key's row, made at first sight. `pausedFor` is in milliseconds, 0 when there is no pause. */
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
     * Nobody calls PhotoGPT for that long. A shorter pause never cuts a longer one. When it was asked too much, it is
     * asked less from then on; it may have been two who noticed, within the same second.
     */
    async pause(milliseconds: number, tooMuch = false): Promise<void> {
      await db.orm
        .update(keys)
        .set({
          pausedUntil: sql`greatest(coalesce(${keys.pausedUntil}, ${db.now}), ${db.now} + ${interval(milliseconds)})`,
          ...(tooMuch && { bearable: sql`greatest(${leastShare}, ${bearable()} * ${slower})`, slowedAt: db.now }),
        })
        .where(eq(keys.id, key));
    },

    /**
     * Takes at most `wanted` calls from what the key has, whoever of its replicas asks, and leaves `reserve` of them:
     * `rate` a second are added, `most` are kept. Gives none while there is a pause. Less than none are given back, and a
     * reserve of less than none is a loan.
     */
    async takeCalls(wanted: number, { rate, most, reserve }: Parameters<TakeCalls>[1]): Promise<number> {
      const have = sql`least(${most}::float8, calls
        + greatest(0, extract(epoch from ${db.now} - filled_at)) * ${rate}::float8 * ${bearable()})`;
      const rows = await db.run(sql`
        with had as (
          select id, ${have} as have, coalesce(paused_until > ${db.now}, false) as paused
          from keys where id = ${key} for update
        ), given as (
          select id, have, case when paused then 0 else
            least(${wanted}::float8, greatest(0, floor(have - ${reserve}::float8))) end as calls from had
        )
        update keys set calls = given.have - given.calls, filled_at = ${db.now}
        from given where keys.id = given.id returning given.calls as taken`);
      return Number(rows[0]?.taken ?? 0);
    },
  };
}
