/** The messages of the playground: all SQL over its one table. */
import { and, asc, desc, eq, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Media, Message, Person } from '../chat.ts';
import type { Database } from './connect.ts';
import { playgroundMessages as said } from './schema/playground-schema.ts';

/** A message to write. */
type NewEntry = {
  channel: string;
  thread?: number;
  author?: Person;
  onlyFor?: string;
  message?: Message;
  text: string;
  key?: string;
};
/** A part of a channel or thread, as one person sees it. */
type Excerpt = { person: string; channel: string; thread?: number; before?: number; limit: number };

const replies = sql<number>`(
  select count(*)::int from ${said} as reply where reply.thread = ${said}.id and reply.only_for is null
)`;

const { id, channel, thread, author, onlyFor, message, text, key, createdAt } = said;
const columns = { id, channel, thread, author, onlyFor, message, text, key, createdAt };

/** A message as it is in the table. */
type Row = { [C in keyof typeof columns]: (typeof said.$inferSelect)[C] } & { replies?: number };

function entryOf({ createdAt: at, ...row }: Row) {
  return {
    ...row,
    thread: row.thread ?? undefined,
    author: row.author ?? undefined,
    onlyFor: row.onlyFor ?? undefined,
    message: row.message ?? undefined,
    key: row.key ?? undefined,
    at: at.getTime(),
    replies: row.replies ?? 0,
  };
}

/** Returns the history. Ids rise in the order in which messages were written. */
export function createPlaygroundHistory({ orm }: Pick<Database, 'orm'>) {
  const visibleTo = (person: string) => or(isNull(said.onlyFor), eq(said.onlyFor, person));

  async function one(where: SQL | undefined) {
    const [row] = await orm
      .select({ ...columns, replies })
      .from(said)
      .where(where)
      .limit(1);
    return row && entryOf(row);
  }

  return {
    /** Adds all entries in their order. Adds none when the key of one is taken, and returns undefined. */
    async add(entries: NewEntry[]) {
      const rows = await orm.transaction(async (tx) => {
        const added: Row[] = [];
        for (const entry of entries) {
          const [row] = await tx
            .insert(said)
            .values(entry)
            .onConflictDoNothing({ target: said.key })
            .returning(columns);
          // Only the first can be a repetition, because the others answer it.
          if (!row) return undefined;
          added.push(row);
        }
        return added;
      });
      return rows?.map(entryOf);
    },

    /** Returns the entry with this id. */
    find: (wanted: number) => one(eq(said.id, wanted)),
    /** Returns the entry with this key. */
    findKey: (wanted: string) => one(eq(said.key, wanted)),

    /** Changes an entry that has no key, or has the same one. Returns undefined when there is no such entry. */
    async change(wanted: number, to: { message?: Message; onlyFor?: string; key?: string }) {
      const free = to.key === undefined ? isNull(said.key) : or(isNull(said.key), eq(said.key, to.key));
      const [row] = await orm
        .update(said)
        .set({ ...to, onlyFor: to.onlyFor ?? null, updatedAt: sql`now()` })
        .where(and(eq(said.id, wanted), free))
        .returning({ ...columns, replies });
      return row && entryOf(row);
    },

    /** Shows an entry to one person only from now on. */
    async hide(wanted: number, person: string) {
      const [row] = await orm.update(said).set({ onlyFor: person }).where(eq(said.id, wanted)).returning(columns);
      return row && entryOf(row);
    },

    /** Removes an entry, and its thread. */
    async remove(wanted: number) {
      await orm.delete(said).where(or(eq(said.id, wanted), eq(said.thread, wanted)));
    },

    /**
     * Returns the last `limit` entries before `before` that `person` sees, oldest first. A thread begins with the entry that
     * it answers.
     */
    async read({ person, channel: where, thread: within, before, limit }: Excerpt) {
      const rows = await orm
        .select({ ...columns, replies })
        .from(said)
        .where(
          and(
            eq(said.channel, where),
            within === undefined ? isNull(said.thread) : or(eq(said.thread, within), eq(said.id, within)),
            before === undefined ? undefined : lt(said.id, before),
            visibleTo(person),
          ),
        )
        .orderBy(desc(said.id))
        .limit(limit);
      return rows.map(entryOf).reverse();
    },

    /** Returns the entries that begin a thread, the one with the latest reply first. */
    async threads(person: string, limit: number) {
      const latest = orm
        .select({ root: said.thread, last: sql<number>`max(${said.id})`.as('last') })
        .from(said)
        .where(and(sql`${said.thread} is not null`, visibleTo(person)))
        .groupBy(said.thread)
        .as('latest');
      const rows = await orm
        .select({ ...columns, replies })
        .from(said)
        .innerJoin(latest, eq(latest.root, said.id))
        .where(visibleTo(person))
        .orderBy(desc(latest.last))
        .limit(limit);
      return rows.map(entryOf);
    },

    /** Returns a picture or video that a message showed, by its unguessable id. */
    async media(wanted: string): Promise<Media | undefined> {
      const holds = sql`${said.message}->'media' @> ${JSON.stringify([{ id: wanted }])}::jsonb`;
      const [row] = await orm.select({ message: said.message }).from(said).where(holds).orderBy(asc(said.id)).limit(1);
      return row?.message?.media?.find((media) => media.id === wanted);
    },

    /** Replaces messages that still announced an answer when the process ended. Those of jobs stay: their results come. */
    async settle(instead: Message) {
      const waiting = sql`${said.message}->>'tone' = 'working' and ${said.message}->'job' is null`;
      await orm
        .update(said)
        .set({ message: instead })
        .where(and(waiting, isNull(said.key)));
    },
  };
}
