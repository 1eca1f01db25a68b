/** A Postgres server, through postgres.js. */
import { fileURLToPath } from 'node:url';
import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { systemClock } from '../../concurrency/clock.ts';
import type { Database } from '../connect.ts';
import * as schema from '../schema/schema.ts';
import { listen } from './listen.ts';
import { createPool } from './pool.ts';

export const migrations = fileURLToPath(new URL('../../../migrations', import.meta.url));

/** Any number that no other program on the server is likely to use. */
const migrationLock = 7_404_101;
const places = 10;
/** Milliseconds: the server ends a statement before we give it up, because then it is known to have done nothing. */
const [statement, patience] = [8_000, 10_000];
/**
 * Between two attempts of one connection, in seconds: doubled after each, and spread. Well below what a statement waits,
 * so that it hears why there is no connection. Whoever asks waits longer by itself: see `loop.ts`.
 */
const [firstWait, longestWait] = [0.1, 0.8];

/** A list of texts as Postgres reads it, by the number of its type (pg_type.dat): 1009 is text[]. Only texts
 * are sent as lists today. */
const lists = {
  to: 1009,
  from: [] as number[],
  serialize: (list: unknown[]) => `{${list.map((one) => `"${String(one).replace(/["\\]/g, '\\$&')}"`).join(',')}}`,
  parse: (text: unknown) => text,
};

/** What a session says of itself: whether it takes writes. A server that follows another one answers, and takes none. */
export const takesWrites = sql`select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as ok`;

/**
 * Connects to `url` (postgres://user:password@host/database) and applies what is missing of the migrations, one
 * process at a time. Rejects when the server does not answer within ten seconds. From then on it takes whatever the
 * server does: see `pool.ts`. `more` is for tests.
 */
export async function openPostgres(
  url: string,
  now: SQL = sql`now()`,
  more: { random?: () => number; patience?: number } = {},
): Promise<Database> {
  const { random = () => 0.5 } = more;
  const settings = {
    connect_timeout: 10,
    onnotice: () => {},
    backoff: (retries: number) => Math.min(longestWait, firstWait * 2 ** retries) * (0.5 + random() / 2),
  };
  await bringUpToDate(url, settings);

  const poolOf = (places: number) =>
    createPool({ places, clock: systemClock, random, patience, ...more, open: () => open(places) });
  function open(max: number) {
    const client = postgres(url, {
      ...settings,
      max,
      idle_timeout: 60,
      max_lifetime: 30 * 60,
      // Asked of every new connection otherwise, and one that is refused then rejects a promise that nobody holds.
      // Not where a connection is reserved: the driver (3.4.9) would wait for it without end.
      fetch_types: false,
      types: { lists },
      connection: {
        application_name: 'photogpt-bot',
        statement_timeout: statement,
        idle_in_transaction_session_timeout: statement,
        // Compiling a short statement takes 0.2 s whenever the planner overrates it, as with a long backlog.
        jit: 'off',
        // A plan that was made while a table was empty reads it whole, until Postgres has analyzed it, a minute in a new
        // database: at 330 jobs a second deliveries were read 789 times by then, 1.6 million rows.
        enable_seqscan: 'off',
      },
    });
    // Teaches the driver to leave times as text, which is how drizzle reads them.
    drizzle(client);
    return client;
  }
  // What is sent as a whole must come one after the other, and nothing else in between: it has a connection of its own.
  const [pool, single] = [poolOf(places), poolOf(1)];
  const dialect = new PgDialect();
  // Drizzle uses nothing of the driver but what the pool has.
  const orm = drizzle(pool as never, { schema });
  const run = async (query: SQL) => [...(await orm.execute(query))];
  const answers = async () => {
    const ok = (await run(takesWrites))[0]?.ok === true;
    if (!ok) for (const one of [pool, single]) one.refresh();
    return ok;
  };
  return {
    engine: 'postgres',
    listen: (...heard) => listen(url, ...heard),
    ...{ orm, now, run, answers },
    together: (queries) => single.together(queries.map((query) => dialect.sqlToQuery(query))),
    close: async () => {
      await Promise.all([pool.close(), single.close()]);
    },
  };
}

/** On connections of their own, because a migration may take as long as it takes. */
async function bringUpToDate(url: string, settings: object): Promise<void> {
  const client = postgres(url, { ...settings, max: 2, connection: { application_name: 'photogpt-bot migrations' } });
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
    throw new Error(`The database at ${hostOf(url)} cannot be used: ${reasonOf(error)}`, { cause: error });
  } finally {
    await client.end({ timeout: 1 });
  }
}

/** The address without user and password, for messages. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the given DATABASE_URL';
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
