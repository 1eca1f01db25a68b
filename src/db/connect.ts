/**
 * The database: a Postgres server by its URL, or an embedded one in a folder. The SQL is the same on both.
 *
 * `schema/` has the tables, and `engines/` the two ways of running statements. The files beside this one are tools for
 * stores. A store is a file named `…-store.ts`: SQL about a thing lives in its store, and decisions live elsewhere.
 * After a change of `schema/`, `npm run migrations` writes the migration. The names of tables and columns never change.
 */
import type { SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type { Log } from '../log.ts';
import type { StopListening } from './engines/listen.ts';
import type * as schema from './schema/schema.ts';

/**
 * The database as every store gets it. `now` is the database's clock as SQL. All decisions about time are taken by it,
 * because the clocks of replicas differ. It is a value so that a test can move it.
 */
export type Database = {
  engine: 'postgres' | 'embedded';
  orm: PgDatabase<PgQueryResultHKT, typeof schema>;
  now: SQL;
  /** Runs a hand-written statement. Resolves with its rows as the driver made them: ask for numbers and text only. */
  run(query: SQL): Promise<Record<string, unknown>[]>;
  /**
   * Runs statements as one transaction that is sent as a whole. It takes one round trip, and not one for each statement
   * and two more. Each statement sees the effects of those before it. Resolves with the rows of each.
   */
  together(queries: SQL[]): Promise<Record<string, unknown>[][]>;
  /** Resolves with whether it takes writes. Rejects when it does not answer: see `trouble.ts`. */
  answers(): Promise<boolean>;
  /** Calls `onMessage` with messages of processes on the same server: see `listen.ts`. Absent on the embedded engine. */
  listen?(channel: string, onMessage: (message: string) => void): Promise<StopListening>;
  close(): Promise<void>;
};

/**
 * Opens the database and brings its tables up to date. Rejects with a sentence for the operator when the server cannot
 * be reached within ten seconds, or when another process holds the folder.
 */
export async function connect(
  where: { url?: string; folder: string },
  log: Log,
  random: () => number = () => 0.5,
): Promise<Database> {
  // Loading an engine is a good part of the time to start, so only the one in use is loaded.
  if (where.url) return (await import('./engines/postgres.ts')).openPostgres(where.url, undefined, { random });
  log.warn(
    { folder: where.folder },
    'embedded database: it survives a crash of the bot, not of the machine; set DATABASE_URL for real use',
  );
  return (await import('./engines/embedded.ts')).openEmbedded(where.folder);
}
