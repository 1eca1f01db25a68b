/** What platforms keep for a while under a key of their own: all SQL over that table. */
import { and, eq, gt, inArray, lt, sql } from 'drizzle-orm';
import type { Json } from '../chat.ts';
import type { Database } from './connect.ts';
import { drafts } from './schema/schema.ts';

/**
 * `get` gives what was `put` under a key, until its time (milliseconds from then) is over. `claim` is true for the
 * first who asks for a key, in any process, and false for everybody after that until its time is over. `list` gives what
 * was put under keys that begin with `prefix`, at most 200 of them.
 */
export type Drafts = {
  get(key: string): Promise<Json | undefined>;
  put(key: string, content: Json, ttl: number): Promise<void>;
  claim(key: string, ttl: number): Promise<boolean>;
  list(prefix: string): Promise<{ key: string; content: Json }[]>;
};

/** The most that `list` gives. */
const listed = 200;
/** How many that are over go with each one that is put: more than one, so that they cannot pile up. */
const cleared = 10;

export function createDrafts(db: Pick<Database, 'orm' | 'now'>): Drafts {
  const after = (ttl: number) => sql`${db.now} + ${ttl}::float8 * interval '1 millisecond'`;

  async function clear(): Promise<void> {
    const over = db.orm.select({ key: drafts.key }).from(drafts).where(lt(drafts.until, db.now)).limit(cleared);
    await db.orm.delete(drafts).where(inArray(drafts.key, over));
  }

  return {
    async get(key) {
      const [row] = await db.orm
        .select({ content: drafts.content })
        .from(drafts)
        .where(and(eq(drafts.key, key), gt(drafts.until, db.now)));
      return row?.content ?? undefined;
    },
    async list(prefix) {
      const begins = sql`starts_with(${drafts.key}, ${prefix})`;
      const rows = await db.orm
        .select({ key: drafts.key, content: drafts.content })
        .from(drafts)
        .where(and(begins, gt(drafts.until, db.now)))
        .limit(listed);
      return rows.flatMap(({ key, content }) => (content === null ? [] : [{ key, content }]));
    },
    async put(key, content, ttl) {
      const until = after(ttl);
      await db.orm
        .insert(drafts)
        .values({ key, content, until })
        .onConflictDoUpdate({ target: drafts.key, set: { content, until } });
      await clear();
    },
    async claim(key, ttl) {
      const until = after(ttl);
      const taken = await db.orm
        .insert(drafts)
        .values({ key, content: null, until })
        .onConflictDoUpdate({ target: drafts.key, set: { until }, setWhere: lt(drafts.until, db.now) })
        .returning({ key: drafts.key });
      await clear();
      return taken.length === 1;
    },
  };
}
