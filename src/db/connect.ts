/** The database: a Postgres server where one is given, an embedded one in a folder where none is. Same SQL on both. */
import type { SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type { Log } from '../log.ts';
import type { StopListening } from './engines/listen.ts';
import type * as schema from './schema/schema.ts';

/**
 * What every store is given. `now` is the database's clock as SQL: all decisions about time are taken by it, because
 * replicas' own clocks differ. It is a value so that a test can move it.
 */
export type Database = {
  engine: 'postgres' | 'embedded';
  orm: PgDatabase<PgQueryResultHKT, typeof schema>;
  now: SQL;
  /** Runs a hand-written statement and gives its rows as the driver made them: ask for numbers and text only. */
  run(query: SQL): Promise<Record<string, unknown>[]>;
  /**
   * Runs statements as one transaction that is sent as a whole, so that it takes one answer and not one for each and two
   * more; gives the rows of each. One sees what those before it have done, and nothing is decided in between.
   */
  together(queries: SQL[]): Promise<Record<string, unknown>[][]>;
  /** Whether it takes writes. Rejects when it does not answer; see `trouble.ts`. */
  answers(): Promise<boolean>;
  /** Hears what processes on the same server say; absent where there is only one. See `listen.ts`. */
  listen?(channel: string, heard: (said: string) => void): Promise<StopListening>;
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
  // Only the engine that is used is loaded: it is a good part of the time to start.
  if (where.url) return (await import('./engines/postgres.ts')).openPostgres(where.url, undefined, { random });
  log.warn(
    { folder: where.folder },
    'embedded database: it survives a crash of the bot, not of the machine; set DATABASE_URL for real use',
  );
  return (await import('./engines/embedded.ts')).openEmbedded(where.folder);
}
