/** The table of the playground, which has no chat of its own to keep what was said. */
import { bigint, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { Message, Person } from '../../chat.ts';
import { created, id, updated } from './columns.ts';

/** What was said in the playground, so that a reload shows it again. */
export const playgroundMessages = pgTable(
  'playground_messages',
  {
    id: id(),
    channel: text('channel').notNull(),
    /** The message that this one's thread hangs on. */
    thread: bigint('thread', { mode: 'number' }),
    /** The bot, where absent. */
    author: jsonb('author').$type<Person>(),
    /** Only this person sees it, where set. */
    onlyFor: text('only_for'),
    /** The bot's side of a message; absent for what people wrote. */
    message: jsonb('message').$type<Message>(),
    text: text('text').notNull().default(''),
    /** Makes a repeated post find the first one. */
    key: text('key').unique(),
    createdAt: created(),
    updatedAt: updated(),
  },
  (t) => [index('playground_channel').on(t.channel, t.id)],
);
