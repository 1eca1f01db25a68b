/** What platforms keep for a while under a key of their own: all SQL over that table. */
import { and, eq, gt, inArray, lt, sql } from 'drizzle-orm';
import type { Json } from '../chat.ts';
import type { Database } from './connect.ts';
import { ttlEntries } from './schema/schema.ts';

/**
 * `get` gives what was `put` under a key, until its time (milliseconds from then) is over. `claim` is true for the
 * first who asks for a key, in any process, and false for everybody after that until its time is over. `list` gives what
 * was put under keys that begin with `prefix`, at most 200 of them.
 */
export type TtlStore = {
  get(key: string): Promise<Json | undefined>;
  put(key: string, content: Json, ttl: number): Promise<void>;
  claim(key: string, ttl: number): Promise<boolean>;
  list(prefix: string): Promise<{ key: string; content: Json }[]>;
};

/** The most that `list` gives. */
const listed = 200;
/** How many that are over go with each one that is put: more than one, so that they cannot pile up. */
const cleared = 10;

export function createTtlStore(db: Pick<Database, 'orm' | 'now'>): TtlStore {
  const after = (ttl: number) => sql`${db.now} + ${ttl}::float8 * interval '1 millisecond'`;

  async function clear(): Promise<void> {
    const over = db.orm
      .select({ key: ttlEntries.key })
      .from(ttlEntries)
      .where(lt(ttlEntries.until, db.now))
      .limit(cleared);
    await db.orm.delete(ttlEntries).where(inArray(ttlEntries.key, over));
  }

  return {
    async get(key) {
      const [row] = await db.orm
        .select({ content: ttlEntries.content })
        .from(ttlEntries)
        .where(and(eq(ttlEntries.key, key), gt(ttlEntries.until, db.now)));
      return row?.content ?? undefined;
    },
    async list(prefix) {
      const begins = sql`starts_with(${ttlEntries.key}, ${prefix})`;
      const rows = await db.orm
        .select({ key: ttlEntries.key, content: ttlEntries.content })
        .from(ttlEntries)
        .where(and(begins, gt(ttlEntries.until, db.now)))
        .limit(listed);
      return rows.flatMap(({ key, content }) => (content === null ? [] : [{ key, content }]));
    },
    async put(key, content, ttl) {
      const until = after(ttl);
      await db.orm
        .insert(ttlEntries)
        .values({ key, content, until })
        .onConflictDoUpdate({ target: ttlEntries.key, set: { content, until } });
      await clear();
    },
    async claim(key, ttl) {
      const until = after(ttl);
      const taken = await db.orm
        .insert(ttlEntries)
        .values({ key, content: null, until })
        .onConflictDoUpdate({ target: ttlEntries.key, set: { until }, setWhere: lt(ttlEntries.until, db.now) })
        .returning({ key: ttlEntries.key });
      await clear();
      return taken.length === 1;
    },
  };
}
