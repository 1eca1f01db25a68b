/**
 * Erasures: pictures and videos that PhotoGPT has yet to delete. This store takes them up. `media-store.ts` and
 * `job-store.ts` queue them, in the statement that deletes the row.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/connect.ts';
import { maxRetryMinutes } from './timings.ts';

/** A picture or video to delete at PhotoGPT. `attempts` counts the one that begins now. */
export type Erasure = { kind: 'image' | 'video'; remoteId: string; attempts: number };

/** The store. */
export type ErasuresStore = ReturnType<typeof createErasuresStore>;

/** Wait until the next attempt, as SQL. It doubles with each attempt. */
const retryWait = sql`least(${sql.raw(String(maxRetryMinutes))}, power(2, attempts)) * interval '1 minute'`;

/** Returns the store. `key` is the digest of the API key: another key cannot delete what was made with this one. */
export function createErasuresStore(db: Database, key: string) {
  const one = (remoteId: string): SQL => sql`key = ${key} and remote_id = ${remoteId}`;
  return {
    /** Claims due erasures, the longest waiting first. Each is due again after a wait, even if this process dies. */
    async claim(limit: number): Promise<Erasure[]> {
      const rows = await db.run(sql`
        update erasures set attempts = attempts + 1, next_at = ${db.now} + ${retryWait}
        where (key, kind, remote_id) in (select key, kind, remote_id from erasures
          where key = ${key} and next_at <= ${db.now} order by next_at limit ${limit} for update skip locked)
        returning kind, remote_id, attempts`);
      return rows.map(({ kind, remote_id, attempts }) => ({
        kind: kind === 'video' ? 'video' : 'image',
        remoteId: String(remote_id),
        attempts: Number(attempts),
      }));
    },

    /** Removes an erasure: PhotoGPT has deleted it, or never will. */
    done: (remoteId: string) => db.run(sql`delete from erasures where ${one(remoteId)} returning remote_id`),
  };
}
