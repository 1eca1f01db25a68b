/** The table of the playground, which has no chat service that keeps its messages. */
import { bigint, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { Message, Person } from '../../chat.ts';
import { created, id, updated } from './columns.ts';

/** Messages of the playground, so that a reload shows them again. */
export const playgroundMessages = pgTable(
  'playground_messages',
  {
    id: id(),
    channel: text('channel').notNull(),
    /** The message that begins the thread of this one. Empty outside of threads. */
    thread: bigint('thread', { mode: 'number' }),
    /** The person who wrote it. Empty for messages of the bot. */
    author: jsonb('author').$type<Person>(),
    /** The one person who sees it. Empty when everybody does. */
    onlyFor: text('only_for'),
    /** The message of the bot. Empty for messages of people. */
    message: jsonb('message').$type<Message>(),
    text: text('text').notNull().default(''),
    /** The key of a post. A repeated post finds the first one by it. */
    key: text('key').unique(),
    createdAt: created(),
    updatedAt: updated(),
  },
  (t) => [index('playground_channel').on(t.channel, t.id)],
);
