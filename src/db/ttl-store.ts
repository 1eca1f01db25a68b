/**
 * Entries that platforms keep under a key until their time is over: forms, buttons, locks, events that were seen. All SQL
 * over their table.
 */
import { and, eq, gt, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { TtlStore } from '../chat.ts';
import type { Database } from './connect.ts';
import { interval } from './interval.ts';
import { ttlEntries } from './schema/schema.ts';

/** Most entries that `list` returns. */
const maxListed = 200;

/** Most entries whose time is over that go with each write. More than one, so that they cannot pile up. */
const maxCleared = 10;

/** Returns the store. */
export function createTtlStore(db: Pick<Database, 'orm' | 'now'>): TtlStore {
  const after = (ttl: number): SQL => sql`${db.now} + ${interval(ttl)}`;

  async function clear(): Promise<void> {
    const over = db.orm
      .select({ key: ttlEntries.key })
      .from(ttlEntries)
      .where(lt(ttlEntries.until, db.now))
      .limit(maxCleared);
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
        .limit(maxListed);
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
