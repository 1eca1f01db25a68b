/** Connections that keep nobody waiting for ever: every statement ends in time, and a pool that went bad is replaced. */
import type { Sql } from 'postgres';
import type { Clock } from '../../concurrency/clock.ts';
import { createSemaphore } from '../../concurrency/semaphore.ts';
import { createPrepared } from '../prepared.ts';
import { DatabaseTrouble, troubleOf } from '../trouble.ts';
import { createDeadlines } from './deadlines.ts';

type Parts = {
  /** Makes the driver's own pool of at most `places` connections; nothing connects before the first statement. */
  open(): Sql;
  places: number;
  clock: Clock;
  random: () => number;
  /** Milliseconds for one statement; the server gives up on its own before. */
  patience: number;
};

/**
 * While nothing is answered, people are told after this rather than after the whole patience; one statement at a time is
 * waited for to the end, so that a server which is only slow is found to be there. Milliseconds.
 */
const impatience = 2_000;
/** A statement that never left is sent again for so long: a restart of Postgres takes one to two seconds. Milliseconds. */
const restart = 3_000;
const [firstPause, longestPause] = [50, 500];
/** To connect or to hear that it is refused takes up to this; begun later, it would look like silence. Milliseconds. */
const attempt = 1_000;
/** Each waits for its turn in memory; above this the database is not going to catch up. */
const mostWaiting = 2_000;
/** A pool is replaced at most this often, and the old one may finish for so long. Milliseconds; seconds for the driver. */
const renewEvery = 2_000;
const goodbye = 5;

const silence: unique symbol = Symbol('silence');

/**
 * Statements as drizzle wants to make them, each over within `patience` with an answer or an error that `troubleOf`
 * understands. What provably never left is repeated while that lasts; nothing else is.
 *
 * The driver by itself waits without end for a server that has gone silent, keeps statements in a queue from which they
 * may be sent long after their caller was told that nothing happened, and keeps a session that is read-only for good.
 */
export function createPool({ open, places, clock, random, patience }: Parts) {
  const prepared = createPrepared();
  const deadlines = createDeadlines(clock, silence);
  const { acquire } = createSemaphore({ permits: places, maxWaiting: mostWaiting });
  let client = open();
  let renewedAt = Number.NEGATIVE_INFINITY;
  /** Since when nothing has been answered. */
  let troubledSince: number | undefined;
  let isProbing = false;

  function renew(bad: Sql): void {
    if (bad !== client || clock.now() - renewedAt < renewEvery) return;
    renewedAt = clock.now();
    client = open();
    bad.end({ timeout: goodbye }).catch(() => undefined);
  }

  /** `isWhole` says that nobody could have waited longer: then the connections are as bad as the answer. */
  async function once<T>(work: (client: Sql) => PromiseLike<T>, left: number, isWhole: boolean): Promise<T> {
    const used = client;
    try {
      const answer = await deadlines.waitFor(work(used), left);
      if (answer !== silence) return answer;
      if (isWhole) renew(used);
      throw new DatabaseTrouble('NO_ANSWER', `the database did not answer within ${left} ms`);
    } catch (error) {
      // A session keeps the mode in which it began, long after the server takes writes again.
      if (troubleOf(error)?.kind === 'read-only') renew(used);
      throw error;
    }
  }

  async function run<T>(work: (client: Sql) => PromiseLike<T>): Promise<T> {
    const isProbe = troubledSince !== undefined && !isProbing;
    isProbing ||= isProbe;
    const isWhole = isProbe || troubledSince === undefined || patience <= impatience;
    const limit = isWhole ? patience : impatience;
    const until = clock.now() + limit;
    const release = await acquire({ timeoutMs: limit, clock });
    if (!release) {
      if (isProbe) isProbing = false;
      troubledSince ??= clock.now();
      throw new DatabaseTrouble('NOT_SENT', 'too much is waiting for the database');
    }
    try {
      for (let tries = 1; ; tries += 1) {
        try {
          const answer = await once(work, Math.max(1, until - clock.now()), isWhole);
          troubledSince = undefined;
          return answer;
        } catch (error) {
          const trouble = troubleOf(error);
          const isAway = trouble?.kind === 'away' || trouble?.kind === 'crowded';
          // Whoever answers with an error of another kind is there.
          if (isAway || trouble?.kind === 'silent') troubledSince ??= clock.now();
          else troubledSince = undefined;
          const pause = Math.min(longestPause, firstPause * 2 ** tries) * (0.5 + random() / 2);
          const isOver = clock.now() + pause + attempt > Math.min(until, (troubledSince ?? 0) + restart);
          if (!isAway || trouble?.done !== 'no' || isOver) throw error;
          await clock.sleep(pause);
        }
      }
    } finally {
      if (isProbe) isProbing = false;
      release();
    }
  }

  /** Once more, where the server had lost what was prepared: then nothing was done. */
  const resent = <T>(send: () => Promise<T>): Promise<T> =>
    send().catch((error: unknown) => {
      if (prepared.isLost(error)) return send();
      throw error;
    });

  return {
    options: client.options,

    /** As the driver's own: a promise of rows, or of their values when those are asked for at once. */
    unsafe(text: string, parameters: never[] = []) {
      let asValues = false;
      const send = () =>
        run<unknown>((sql) => {
          const query = sql.unsafe(text, parameters, prepared.options(parameters.length));
          return asValues ? query.values() : query;
        });
      const answer = Promise.resolve().then(() => resent(send));
      const values = () => {
        asValues = true;
        return answer;
      };
      return Object.assign(answer, { values });
    },

    /** A transaction, as drizzle begins one. */
    begin: <T>(work: (transaction: Sql) => Promise<T>) => run((sql) => transact(sql, work, prepared.options)),

    /** A transaction that is sent as a whole: of a pool with one place. Gives the rows of each statement. */
    together(statements: { sql: string; params: unknown[] }[]): Promise<Record<string, unknown>[][]> {
      return resent(() => run((sql) => sendWhole(sql, statements, prepared.options)));
    },

    /** Asks for new sessions, because those that there are may have the mode of another day. */
    refresh: () => renew(client),

    close: () => client.end({ timeout: goodbye }),
  };
}

/** Resolves once all were answered: until then, whatever came next would be part of it. Rejects with the first error. */
async function sendWhole(
  sql: Sql,
  statements: { sql: string; params: unknown[] }[],
  options: (parameters: number) => object,
): Promise<Record<string, unknown>[][]> {
  const sent = [
    sql.unsafe('begin'),
    ...statements.map(({ sql: text, params }) => sql.unsafe(text, params as never[], options(params.length))),
    sql.unsafe('commit'),
  ];
  const rows: Record<string, unknown>[][] = [];
  let failure: { error: unknown } | undefined;
  for (const answer of await Promise.allSettled(sent)) {
    if (answer.status === 'rejected') failure ??= { error: answer.reason };
    else rows.push([...answer.value]);
  }
  if (failure) throw failure.error;
  return rows.slice(1, -1);
}

/**
 * The driver sends whatever comes after the connection of a transaction broke, its end included, over a socket that is
 * not there, and that ends the process (seen with postgres.js 3.4.9). It rejects the transaction by itself when the
 * connection closes; so nothing more is sent then, and what would have been is forgotten.
 */
function transact<T>(
  sql: Sql,
  work: (transaction: Sql) => Promise<T>,
  options: (parameters: number) => object,
): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  const done = sql.begin((transaction) => {
    const guarded = {
      ...{ options: sql.options, savepoint: transaction.savepoint },
      unsafe(text: string, parameters: never[] = []) {
        if (isOver) throw new DatabaseTrouble('NOT_SENT', 'the transaction is over');
        return transaction.unsafe(text, parameters, options(parameters.length));
      },
    };
    return work(guarded as never).catch((error: unknown) => {
      if (!isOver && troubleOf(error)?.kind !== 'away') throw error;
      return new Promise<never>(() => {});
    });
  });
  done.then(over, over);
  return done as Promise<T>;
}
