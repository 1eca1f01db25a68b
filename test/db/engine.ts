/** A fresh database for a test, on the engine of this run, whose clock the test can move. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { inject } from 'vitest';
import type { Database } from '../../src/db/connect.ts';
import { openClient } from '../../src/db/engines/embedded.ts';
import { openPostgres } from '../../src/db/engines/postgres.ts';
import { expectNoSecretRows } from '../security/no-secrets.ts';

/** `advance` moves the database's clock forward by `milliseconds`. */
export type TestDatabase = Database & { advance(milliseconds: number): void };

/** Emptied embedded databases of earlier test files. Making one takes a second of work. */
const idle: PGlite[] = [];

/**
 * Opens a copy of the run's template: about 100 ms on a server, a second embedded. Its user closes it. That rejects when a
 * secret is in one of its rows.
 */
export async function openTestDatabase(): Promise<TestDatabase> {
  const template = inject('template');
  if (template.engine === 'embedded') return movable(await lend(idle.pop() ?? (await copyOf(template.file))));
  const name = `${template.database}_${randomBytes(4).toString('hex')}`;
  const admin = postgres(template.server, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${name} template ${template.database}`);
  const url = new URL(template.server);
  url.pathname = `/${name}`;
  const database = await openPostgres(url.href);
  return movable({
    ...database,
    close: async () => {
      const found = await secretIn((statement) => database.run(sql.raw(statement)));
      await database.close();
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end();
      if (found) throw found;
    },
  });
}

const copyOf = async (template: string) =>
  new PGlite({ loadDataDir: new Blob([new Uint8Array(await readFile(template))]) });

/** Returns a database on `client` until it is closed. Work that outlives its test then meets an error, and not the next test's rows. */
async function lend(client: PGlite): Promise<Database> {
  let closed = false;
  const borrowed = new Proxy(client, {
    get(target, name) {
      if (closed) throw new Error('this test database is closed');
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const database = await openClient(borrowed);
  return {
    ...database,
    close: async () => {
      if (closed) return;
      closed = true;
      const found = await secretIn(async (statement) => (await client.query<Record<string, unknown>>(statement)).rows);
      const { rows } = await client.query<{ name: string }>(
        `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
      );
      await client.exec(`truncate ${rows.map(({ name }) => name).join(', ')} restart identity cascade`);
      idle.push(client);
      if (found) throw found;
    },
  };
}

/** Returns the error of a look at all rows. The database is put away before that error is thrown. */
const secretIn = (ask: Parameters<typeof expectNoSecretRows>[0]) =>
  expectNoSecretRows(ask).then(
    () => undefined,
    (error: unknown) => error,
  );

function movable(database: Database): TestDatabase {
  let ahead = 0;
  return {
    ...database,
    get now() {
      return sql`(now() + ${ahead}::float8 * interval '1 millisecond')`;
    },
    advance: (milliseconds) => {
      ahead += milliseconds;
    },
  };
}
