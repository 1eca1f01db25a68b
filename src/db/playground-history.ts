/** The messages of the playground: all SQL over its one table. */
import { and, asc, desc, eq, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Media, Message, Person } from '../chat.ts';
import type { Database } from './connect.ts';
import { playgroundMessages as messages } from './schema/playground-schema.ts';

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
  select count(*)::int from ${messages} as reply where reply.thread = ${messages}.id and reply.only_for is null
)`;

const { id, channel, thread, author, onlyFor, message, text, key, createdAt } = messages;
const columns = { id, channel, thread, author, onlyFor, message, text, key, createdAt };

/** A message as it is in the table. */
type Row = { [C in keyof typeof columns]: (typeof messages.$inferSelect)[C] } & { replies?: number };

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
  const visibleTo = (person: string) => or(isNull(messages.onlyFor), eq(messages.onlyFor, person));

  async function one(where: SQL | undefined) {
    const [row] = await orm
      .select({ ...columns, replies })
      .from(messages)
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
            .insert(messages)
            .values(entry)
            .onConflictDoNothing({ target: messages.key })
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
    find: (entryId: number) => one(eq(messages.id, entryId)),
    /** Returns the entry with this key. */
    findKey: (entryKey: string) => one(eq(messages.key, entryKey)),

    /** Changes an entry that has no key, or has the same one. Returns undefined when there is no such entry. */
    async change(entryId: number, to: { message?: Message; onlyFor?: string; key?: string }) {
      const free = to.key === undefined ? isNull(messages.key) : or(isNull(messages.key), eq(messages.key, to.key));
      const [row] = await orm
        .update(messages)
        .set({ ...to, onlyFor: to.onlyFor ?? null, updatedAt: sql`now()` })
        .where(and(eq(messages.id, entryId), free))
        .returning({ ...columns, replies });
      return row && entryOf(row);
    },

    /** Shows an entry to one person only from now on. */
    async hide(entryId: number, person: string) {
      const [row] = await orm
        .update(messages)
        .set({ onlyFor: person })
        .where(eq(messages.id, entryId))
        .returning(columns);
      return row && entryOf(row);
    },

    /** Removes an entry, and its thread. */
    async remove(entryId: number) {
      await orm.delete(messages).where(or(eq(messages.id, entryId), eq(messages.thread, entryId)));
    },

    /**
     * Returns the last `limit` entries before `before` that `person` sees, oldest first. A thread begins with the entry that
     * it answers.
     */
    async read({ person, channel: where, thread: within, before, limit }: Excerpt) {
      const rows = await orm
        .select({ ...columns, replies })
        .from(messages)
        .where(
          and(
            eq(messages.channel, where),
            within === undefined ? isNull(messages.thread) : or(eq(messages.thread, within), eq(messages.id, within)),
            before === undefined ? undefined : lt(messages.id, before),
            visibleTo(person),
          ),
        )
        .orderBy(desc(messages.id))
        .limit(limit);
      return rows.map(entryOf).reverse();
    },

    /** Returns the entries that begin a thread, the one with the latest reply first. */
    async threads(person: string, limit: number) {
      const latest = orm
        .select({ root: messages.thread, last: sql<number>`max(${messages.id})`.as('last') })
        .from(messages)
        .where(and(sql`${messages.thread} is not null`, visibleTo(person)))
        .groupBy(messages.thread)
        .as('latest');
      const rows = await orm
        .select({ ...columns, replies })
        .from(messages)
        .innerJoin(latest, eq(latest.root, messages.id))
        .where(visibleTo(person))
        .orderBy(desc(latest.last))
        .limit(limit);
      return rows.map(entryOf);
    },

    /** Returns a picture or video that a message showed, by its unguessable id. */
    async media(mediaId: string): Promise<Media | undefined> {
      const holds = sql`${messages.message}->'media' @> ${JSON.stringify([{ id: mediaId }])}::jsonb`;
      const [row] = await orm
        .select({ message: messages.message })
        .from(messages)
        .where(holds)
        .orderBy(asc(messages.id))
        .limit(1);
      return row?.message?.media?.find((media) => media.id === mediaId);
    },

    /** Replaces messages that still announced an answer when the process ended. Those of jobs stay: their results come. */
    async settle(instead: Message) {
      const waiting = sql`${messages.message}->>'tone' = 'working' and ${messages.message}->'job' is null`;
      await orm
        .update(messages)
        .set({ message: instead })
        .where(and(waiting, isNull(messages.key)));
    },
  };
}
