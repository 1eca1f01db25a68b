/** Puts the database of one process behind the events of the world: statements and their answers can get lost. */
import type { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { drizzle as drizzlePGlite } from 'drizzle-orm/pglite';
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js';
import type postgres from 'postgres';
import type { Database } from '../../src/db/connect.ts';
import { oneByOne } from '../../src/db/engines/one-by-one.ts';
import * as schema from '../../src/db/schema/schema.ts';
import type { createPrepared } from './prepared.ts';

/** Stands for the time of the database in a statement, until the database runs it. */
const nowParameter = '<the time at the database>';

/** A database to torture. `fast` speeds up an embedded one in memory. */
export type Engine =
  | { kind: 'embedded'; client: PGlite; fast?: { idle: IdleLooks; query: ReturnType<typeof createPrepared> } }
  | { kind: 'postgres'; client: postgres.Sql };

/** Idle loops send mostly statements that do nothing. See `createIdleLooks`. */
type IdleLooks = ReturnType<typeof createIdleLooks>;
type QueryOptions = Parameters<PGlite['query']>[2];
type Answer = Awaited<ReturnType<PGlite['query']>>;

/** Time for which such an answer may be repeated, in the world's time. */
const repeatableMs = 4_000;

/**
 * Remembers statements that found nothing to do, and repeats their answers for a moment until the next write, as if the
 * loop had looked a little earlier. Every other statement reaches the database.
 */
export function createIdleLooks() {
  const empty = new Map<string, { at: number; answer: Answer }>();
  return {
    forget: () => empty.clear(),
    known(look: string, now: number): Answer | undefined {
      const found = empty.get(look);
      return found && now - found.at < repeatableMs ? found.answer : undefined;
    },
    learn(look: string, text: string, now: number, answer: Answer): void {
      const some = answer.rows.length + (answer.affectedRows ?? 0);
      // A key without a pause is nothing to do either.
      const isNoPause =
        text.startsWith('select "first_seen_at"') && Number(Object.values(answer.rows[0] ?? {})[2]) === 0;
      if (some === 0 || isNoPause) empty.set(look, { at: now, answer });
      // Renewing a lease changes no other answer.
      else if (!/^\s*select/i.test(text) && !/^\s*insert into "(leases|durations)"/.test(text)) empty.clear();
    },
  };
}

type Gate = <T>(what: string, effect: () => Promise<T>) => Promise<T>;

const named = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 70);

/**
 * Returns the database of one process. Each statement waits for `gate`. `time` is read when a statement takes effect,
 * so that a statement that was sent late has the late time.
 */
export function gated(engine: Engine, gate: Gate, time: () => number): Database {
  const filled = (params: unknown[] = []) =>
    params.map((param) => (param === nowParameter ? new Date(time()).toISOString() : param));
  const rest = {
    get now() {
      return sql`${nowParameter}::timestamptz`;
    },
    answers: async () => true,
    close: async () => {},
  };

  if (engine.kind === 'embedded') {
    const { client, fast } = engine;
    const behind = {
      /** One request as a whole. In a database with one connection, no other statement comes in between. */
      transaction: (work: (tx: object) => Promise<unknown>) =>
        gate('transaction', () => {
          fast?.idle.forget();
          return client.transaction((tx) =>
            work({
              query: (text: string, params?: unknown[], options?: QueryOptions) =>
                tx.query(text, filled(params), options),
            }),
          );
        }),
      query: (text: string, params?: unknown[], options?: QueryOptions) =>
        gate(named(text), async () => {
          if (!fast) return client.query(text, filled(params), options);
          const look = `${text} ${JSON.stringify(params)}`;
          const known = fast.idle.known(look, time());
          if (known) return known;
          const answer = await fast.query(text, filled(params), options);
          fast.idle.learn(look, text, time(), answer);
          return answer;
        }),
    };
    // Drizzle uses nothing else of the client here.
    const orm = drizzlePGlite(behind as unknown as PGlite, { schema });
    const run: Database['run'] = async (query) => (await orm.execute<Record<string, unknown>>(query)).rows;
    return { ...rest, engine: 'embedded', orm, run, together: oneByOne(orm) };
  }

  const { client } = engine;
  const behind = {
    options: client.options,
    begin: (work: (tx: object) => Promise<unknown>) =>
      gate('transaction', async () =>
        client.begin((tx) =>
          work({
            options: client.options,
            unsafe: (text: string, params?: unknown[]) => tx.unsafe(text, filled(params) as never[]),
          }),
        ),
      ),
    unsafe(text: string, params?: unknown[]) {
      const pending = {
        values: () => gate(named(text), async () => client.unsafe(text, filled(params) as never[]).values()),
        // biome-ignore lint/suspicious/noThenProperty: drizzle awaits the queries of the driver.
        then: (...handlers: Parameters<Promise<unknown>['then']>) =>
          gate(named(text), async () => client.unsafe(text, filled(params) as never[])).then(...handlers),
      };
      return pending;
    },
  };
  const orm = drizzlePostgres(behind as unknown as postgres.Sql, { schema });
  const run: Database['run'] = async (query) => [...(await orm.execute(query))];
  return { ...rest, engine: 'postgres', orm, run, together: oneByOne(orm) };
}
