/** All SQL about what PhotoGPT is still to be asked to delete. */
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/connect.ts';

export type Erasure = { kind: 'image' | 'video'; remoteId: string; attempts: number };
export type ErasuresStore = ReturnType<typeof createErasuresStore>;

/** Minutes until the next attempt: doubled after each, a day at most. */
const wait = sql`least(1440, power(2, attempts)) * interval '1 minute'`;

/** `key` is the digest of the API key: what was made with another cannot be deleted with this one. */
export function createErasuresStore(db: Database, key: string) {
  const one = (remoteId: string): SQL => sql`key = ${key} and remote_id = ${remoteId}`;
  return {
    /** Takes what is due, the longest waiting first. It is not due again for a while, whatever comes of it. */
    async claim(limit: number): Promise<Erasure[]> {
      const rows = await db.run(sql`
        update erasures set attempts = attempts + 1, next_at = ${db.now} + ${wait}
        where (key, kind, remote_id) in (select key, kind, remote_id from erasures
          where key = ${key} and next_at <= ${db.now} order by next_at limit ${limit} for update skip locked)
        returning kind, remote_id, attempts`);
      return rows.map(({ kind, remote_id, attempts }) => ({
        kind: kind === 'video' ? 'video' : 'image',
        remoteId: String(remote_id),
        attempts: Number(attempts),
      }));
    },

    done: (remoteId: string) => db.run(sql`delete from erasures where ${one(remoteId)} returning remote_id`),
  };
}
