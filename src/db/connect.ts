/** The database: a Postgres server where one is given, an embedded one in a folder where none is. Same SQL on both. */
import type { SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type { Log } from '../log.ts';
import { openEmbedded } from './embedded.ts';
import { openPostgres } from './postgres.ts';
import type * as schema from './schema.ts';

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
  /** Whether it answers at all. Rejects, or is false, when it does not. */
  answers(): Promise<boolean>;
  close(): Promise<void>;
};

/**
 * Opens the database and brings its tables up to date. Rejects with a sentence for the operator when the server cannot
 * be reached within ten seconds, or when another process holds the folder.
 */
export async function connect(where: { url?: string; folder: string }, log: Log): Promise<Database> {
  if (where.url) return openPostgres(where.url);
  log.warn(
    { folder: where.folder },
    'embedded database: it survives a crash of the bot, not of the machine; set DATABASE_URL for real use',
  );
  return openEmbedded(where.folder);
}
