/** What is known, in SQL, about the other side: which jobs run there, which are nobody's, and when to keep quiet. */
import { and, eq, inArray, lt, ne, sql } from 'drizzle-orm';
import type { Database } from '../db/connect.ts';
import { identities } from '../db/identity-schema.ts';
import { jobs, keys, orphans } from '../db/schema.ts';
import { span } from './store.ts';

export type RemoteStore = ReturnType<typeof createRemoteStore>;
export type Orphan = typeof orphans.$inferInsert;
export type KeyState = { firstSeenAt: Date; foreign: boolean; pausedFor: number };

/** Everything of one API key; `key` is its digest. */
export function createRemoteStore(db: Database, key: string) {
  /** Asked before every call to PhotoGPT, so it only reads. */
  async function read(): Promise<KeyState | undefined> {
    const [row] = await db.orm
      .select({
        firstSeenAt: keys.firstSeenAt,
        foreign: sql<boolean>`${keys.foreignAt} is not null`,
        pausedFor: sql<number>`greatest(0, extract(epoch from ${keys.pausedUntil} - ${db.now}) * 1000)::float8`,
      })
      .from(keys)
      .where(eq(keys.id, key));
    return row && { ...row, pausedFor: Number(row.pausedFor ?? 0) };
  }

  return {
    /** Jobs that can be asked after at PhotoGPT, or only those submitted since `since`. */
    running: (since?: Date) =>
      db.orm
        .select({
          id: jobs.id,
          remoteId: sql<string>`${jobs.remoteId}`,
          model: jobs.model,
          submittedAt: sql<number>`extract(epoch from ${jobs.submittedAt})::float8 * 1000`,
        })
        .from(jobs)
        .where(
          and(
            eq(jobs.key, key),
            eq(jobs.state, 'running'),
            ne(jobs.operation, 'train'),
            since && sql`${jobs.submittedAt} >= ${since.toISOString()}`,
          ),
        ),

    /** Jobs that were sent, or may have been, and have no id yet. */
    unidentified: () =>
      db.orm
        .select()
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
        .where(and(eq(jobs.key, key), eq(jobs.operation, 'train'), sql`${jobs.sentAt} > ${db.now} - ${span(reach)}`)),

    /** Jobs past their deadline that are still between queue and result. */
    overdue: () =>
      db.orm
        .select()
        .from(jobs)
        .where(
          and(eq(jobs.key, key), inArray(jobs.state, ['queued', 'running', 'preparing']), lt(jobs.deadlineAt, db.now)),
        )
        .limit(100),

    /** Which of these ids belong to jobs of ours, or are booked as nobody's. */
    async known(remoteIds: string[]): Promise<Set<string>> {
      if (remoteIds.length === 0) return new Set();
      const [ours, theirs] = await Promise.all([
        db.orm
          .select({ id: jobs.remoteId })
          .from(jobs)
          .where(and(eq(jobs.key, key), inArray(jobs.remoteId, remoteIds))),
        db.orm
          .select({ id: orphans.remoteId })
          .from(orphans)
          .where(and(eq(orphans.key, key), inArray(orphans.remoteId, remoteIds))),
      ]);
      return new Set([...ours, ...theirs].flatMap(({ id }) => id ?? []));
    },

    /** Books a job that no row owns. */
    orphan: (orphan: Omit<Orphan, 'key'>) =>
      db.orm
        .insert(orphans)
        .values({ ...orphan, key, seenAt: db.now })
        .onConflictDoNothing(),

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
      await db.orm.insert(keys).values({ id: key, firstSeenAt: db.now }).onConflictDoNothing();
      const made = await read();
      if (!made) throw new Error('the key has no row');
      return made;
    },

    /** Nobody calls PhotoGPT for that long. A shorter pause never cuts a longer one. */
    pause: (milliseconds: number) =>
      db.orm
        .update(keys)
        .set({
          pausedUntil: sql`greatest(coalesce(${keys.pausedUntil}, ${db.now}), ${db.now} + ${span(milliseconds)})`,
          pauses: sql`${keys.pauses} + 1`,
        })
        .where(eq(keys.id, key)),

    /** PhotoGPT answers again. */
    resume: () =>
      db.orm
        .update(keys)
        .set({ pauses: 0 })
        .where(and(eq(keys.id, key), sql`${keys.pauses} > 0`)),
  };
}
