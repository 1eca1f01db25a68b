/**
 * A Postgres server, through postgres.js: its settings, its migrations, and its two pools.
 *
 * In this room: `postgres.ts` and `embedded.ts` open the two engines. `pool.ts`, with `deadlines.ts` and `outage.ts`, ends
 * every statement in time. `transactions.ts` and `one-by-one.ts` run transactions, and `listen.ts` receives messages of
 * other processes. `folder-lock.ts` and `yield.ts` are for the embedded engine.
 */
import { fileURLToPath } from 'node:url';
import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres, { type Sql } from 'postgres';
import { backoff } from '../../concurrency/backoff.ts';
import { systemClock } from '../../concurrency/clock.ts';
import type { Database } from '../connect.ts';
import * as schema from '../schema/schema.ts';
import {
  closeTimeoutSeconds,
  connectTimeoutSeconds,
  firstReconnectMs,
  idleConnectionSeconds,
  maxConnectionAgeSeconds,
  maxReconnectMs,
  serverStatementTimeoutMs,
  statementTimeoutMs,
} from '../timings.ts';
import { listen } from './listen.ts';
import { createPool } from './pool.ts';

/** The folder of the migrations, for both engines. */
export const migrations = fileURLToPath(new URL('../../../migrations', import.meta.url));

/** Advisory lock of the migrations: any number that no other program on the server is likely to use. */
const migrationLock = 7_404_101;

/** Connections for statements and for transactions that drizzle begins. */
const poolConnections = 10;

/** A list of texts as Postgres reads it. 1009 is the number of the type text[] (pg_type.dat). Only texts are sent as lists today. */
const lists = {
  to: 1009,
  from: [] as number[],
  serialize: (list: unknown[]) => `{${list.map((one) => `"${String(one).replace(/["\\]/g, '\\$&')}"`).join(',')}}`,
  parse: (text: unknown) => text,
};

/** A query for whether a session takes writes. A server that follows another one answers, and takes none. */
export const takesWrites = sql`select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as ok`;

/**
 * Connects to `url` (postgres://user:password@host/database) and applies the missing migrations, one process at a time.
 * Rejects when the server does not answer within ten seconds. From then on it survives whatever the server does: see
 * `pool.ts`. `more` is for tests: `statementTimeoutMs` is the time limit of one statement, in milliseconds.
 */
export async function openPostgres(
  url: string,
  now: SQL = sql`now()`,
  more: { random?: () => number; statementTimeoutMs?: number } = {},
): Promise<Database> {
  const { random = () => 0.5, statementTimeoutMs: timeoutMs = statementTimeoutMs } = more;
  const settings = connectionSettings(random);
  await bringUpToDate(url, settings);

  const poolOf = (places: number) =>
    createPool({ open: () => openClient(url, settings, places), places, clock: systemClock, random, timeoutMs });
  const pool = poolOf(poolConnections);
  // Statements that are sent as a whole must follow each other with nothing in between: they have a connection of their own.
  const single = poolOf(1);
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
    listen: (channel, onMessage) => listen(url, channel, onMessage),
    orm,
    now,
    run,
    answers,
    together: (queries) => single.together(queries.map((query) => dialect.sqlToQuery(query))),
    close: async () => {
      await Promise.all([pool.close(), single.close()]);
    },
  };
}

/** Settings that every connection shares. */
type ConnectionSettings = ReturnType<typeof connectionSettings>;

/** Returns the settings. The driver counts its waits in seconds, and its attempts from 0. */
function connectionSettings(random: () => number) {
  const bounds = { firstMs: firstReconnectMs, maxMs: maxReconnectMs };
  return {
    connect_timeout: connectTimeoutSeconds,
    onnotice: () => {},
    backoff: (retries: number) => backoff(retries + 1, random, bounds) / 1_000,
  };
}

/** Returns the driver's own pool of at most `max` connections. */
function openClient(url: string, settings: ConnectionSettings, max: number): Sql {
  const client = postgres(url, {
    ...settings,
    max,
    idle_timeout: idleConnectionSeconds,
    max_lifetime: maxConnectionAgeSeconds,
    // The driver would else ask each new connection for the types, and a refused one rejects a promise that nothing holds.
    // Not where a connection is reserved: the driver (3.4.9) would wait for it without end.
    fetch_types: false,
    types: { lists },
    connection: {
      application_name: 'photogpt-bot',
      statement_timeout: serverStatementTimeoutMs,
      idle_in_transaction_session_timeout: serverStatementTimeoutMs,
      // Compiling a short statement takes 0.2 s whenever the planner overrates it, as with a long backlog.
      jit: 'off',
      // A plan that was made while a table was empty reads it whole, until Postgres has analyzed it: a minute in a new
      // database. At 330 jobs a second, deliveries were read 789 times by then, 1.6 million rows.
      enable_seqscan: 'off',
    },
  });
  // Teaches the driver to leave times as text, which is how drizzle reads them.
  drizzle(client);
  return client;
}

/** Applies the missing migrations, on connections without a time limit, because a migration may take long. */
async function bringUpToDate(url: string, settings: ConnectionSettings): Promise<void> {
  const client = postgres(url, { ...settings, max: 2, connection: { application_name: 'photogpt-bot migrations' } });
  try {
    // Two replicas starting at once would both find the same migration missing. The lock lives on one connection.
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
    await client.end({ timeout: closeTimeoutSeconds });
  }
}

/** Returns the address without user and password, for messages. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the given DATABASE_URL';
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
