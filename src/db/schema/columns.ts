/** The columns that every table has, and a constraint that many need. */
import { type SQL, sql } from 'drizzle-orm';
import { bigint, timestamp } from 'drizzle-orm/pg-core';

/** A moment with its time zone, read as a `Date`. */
export const when = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
/** The number of a row, which rises with each insert. */
export const id = () => bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity();
/** The moment of the insert. */
export const created = () => when('created_at').notNull().defaultNow();
/** The moment of the last change. */
export const updated = () => when('updated_at').notNull().defaultNow();
/** Returns the condition that a column has one of these values. */
export const among = (column: string, values: readonly string[]): SQL =>
  sql.raw(`${column} in (${values.map((value) => `'${value}'`).join(', ')})`);
