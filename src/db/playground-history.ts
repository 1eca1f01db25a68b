/** What was said in the playground: all SQL over its one table. */
import { and, asc, desc, eq, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Media, Message, Person } from '../chat.ts';
import type { Database } from './connect.ts';
import { playgroundMessages as said } from './schema/playground-schema.ts';

type NewEntry = {
  channel: string;
  thread?: number;
  author?: Person;
  onlyFor?: string;
  message?: Message;
  text: string;
  key?: string;
};
type Excerpt = { person: string; channel: string; thread?: number; before?: number; limit: number };

const replies = sql<number>`(
  select count(*)::int from ${said} as reply where reply.thread = ${said}.id and reply.only_for is null
)`;

const { id, channel, thread, author, onlyFor, message, text, key, createdAt } = said;
const columns = { id, channel, thread, author, onlyFor, message, text, key, createdAt };

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

/** Makes the record of the playground. Ids rise in the order in which things were said. */
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
    /** All of them in their order, or none, and then undefined, when the key of one is taken. */
    async add(entries: NewEntry[]) {
      const rows = await orm.transaction(async (tx) => {
        const added: Row[] = [];
        for (const entry of entries) {
          const [row] = await tx
            .insert(said)
            .values(entry)
            .onConflictDoNothing({ target: said.key })
            .returning(columns);
          // Only the first can be a repetition: the others hang on it.
          if (!row) return undefined;
          added.push(row);
        }
        return added;
      });
      return rows?.map(entryOf);
    },

    find: (wanted: number) => one(eq(said.id, wanted)),
    findKey: (wanted: string) => one(eq(said.key, wanted)),

    /** Changes what has no key, or has the same one. Undefined when there is no such entry. */
    async change(wanted: number, to: { message?: Message; onlyFor?: string; key?: string }) {
      const free = to.key === undefined ? isNull(said.key) : or(isNull(said.key), eq(said.key, to.key));
      const [row] = await orm
        .update(said)
        .set({ ...to, onlyFor: to.onlyFor ?? null, updatedAt: sql`now()` })
        .where(and(eq(said.id, wanted), free))
        .returning({ ...columns, replies });
      return row && entryOf(row);
    },

    async hide(wanted: number, person: string) {
      const [row] = await orm.update(said).set({ onlyFor: person }).where(eq(said.id, wanted)).returning(columns);
      return row && entryOf(row);
    },

    async remove(wanted: number) {
      await orm.delete(said).where(or(eq(said.id, wanted), eq(said.thread, wanted)));
    },

    /** The last `limit` entries of a channel, or of a thread with the entry it hangs on, before `before` that `person` sees, oldest first. */
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

    /** Entries that a thread hangs on, the one with the latest reply first. */
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

    /** What is known of a picture or video that a message showed, by its unguessable id. */
    async media(wanted: string): Promise<Media | undefined> {
      const holds = sql`${said.message}->'media' @> ${JSON.stringify([{ id: wanted }])}::jsonb`;
      const [row] = await orm.select({ message: said.message }).from(said).where(holds).orderBy(asc(said.id)).limit(1);
      return row?.message?.media?.find((media) => media.id === wanted);
    },

    /** Answers that were waited for when the process ended, and that stand for no job, will not come any more. */
    async settle(instead: Message) {
      const waiting = sql`${said.message}->>'tone' = 'working' and ${said.message}->'job' is null`;
      await orm
        .update(said)
        .set({ message: instead })
        .where(and(waiting, isNull(said.key)));
    },
  };
}
