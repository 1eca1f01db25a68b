/** A Postgres server, through postgres.js. */
import { fileURLToPath } from 'node:url';
import { type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import type { Database } from './connect.ts';
import * as schema from './schema.ts';

export const migrations = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Any number that no other program on the server is likely to use. */
const migrationLock = 7_404_101;

/**
 * Connects to `url` (postgres://user:password@host/database) and applies what is missing of the migrations, one
 * process at a time. Rejects when the server does not answer within ten seconds.
 */
export async function openPostgres(url: string, now: SQL = sql`now()`): Promise<Database> {
  const client = postgres(url, {
    max: 10,
    connect_timeout: 10,
    idle_timeout: 60,
    onnotice: () => {},
    connection: { application_name: 'photogpt-bot', statement_timeout: 30_000 },
  });
  try {
    // Two replicas starting at once would both find the same migration missing; the lock lives on one connection.
    const session = await client.reserve();
    try {
      await session`select pg_advisory_lock(${migrationLock})`;
      await migrate(drizzle(client), { migrationsFolder: migrations });
      await session`select pg_advisory_unlock(${migrationLock})`;
    } finally {
      session.release();
    }
  } catch (error) {
    await client.end({ timeout: 1 });
    throw new Error(`The database at ${hostOf(url)} cannot be used: ${reasonOf(error)}`, { cause: error });
  }
  const orm = drizzle(client, { schema });
  const run = async (query: SQL) => [...(await orm.execute(query))];
  const answers = async () => (await run(sql`select 1 as one`)).length === 1;
  return { engine: 'postgres', orm, now, run, answers, close: () => client.end({ timeout: 5 }) };
}

/** The address without user and password, for messages. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the given DATABASE_URL';
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
