/**
 * The driver's pool, made safe: every statement ends in time, and a pool that went bad is replaced.
 *
 * The driver alone waits without end for a silent server. It keeps statements in a queue and may send them long after
 * their callers were told that nothing happened. It also keeps a session that is read-only for good.
 *
 * While the database answers, each statement has the whole time limit. Once it answers nothing, an outage begins. In an
 * outage one statement at a time probes the server with the whole limit, and the others fail after a short one. Any
 * answer ends the outage.
 */
import type { Sql } from 'postgres';
import { backoff } from '../../concurrency/backoff.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { createEvery } from '../../concurrency/every.ts';
import { createSemaphore } from '../../concurrency/semaphore.ts';
import { createPrepared } from '../prepared.ts';
import {
  connectAttemptMs,
  firstResendDelayMs,
  maxResendDelayMs,
  outageTimeoutMs,
  poolDrainSeconds,
  poolRenewalIntervalMs,
  resendWindowMs,
} from '../timings.ts';
import { DatabaseTrouble, type Trouble, troubleOf } from '../trouble.ts';
import { createDeadlines } from './deadlines.ts';
import { createOutage } from './outage.ts';
import { type Statement, sendWhole, transact } from './transactions.ts';

/** The parts that a pool needs. */
type PoolParts = {
  /** Makes the driver's own pool. Nothing connects before the first statement. */
  open(): Sql;
  /** Connections of that pool, and so the statements that run at a time. */
  places: number;
  clock: Clock;
  random: () => number;
  /** Time limit of one statement. The server must give up on its own before. */
  timeoutMs: number;
};

/** Statements that wait in memory. Above this the database is not going to catch up. */
const maxWaiting = 2_000;

/** Bounds of the waits before a statement is sent again. */
const resendBackoff = { firstMs: firstResendDelayMs, maxMs: maxResendDelayMs };

/** The value of a deadline when the database did not answer. */
const silence: unique symbol = Symbol('silence');

/** How long a statement may take: as long as any, or the short limit of an outage. */
type Allowance = 'whole limit' | 'outage limit';

/**
 * Returns statements as drizzle makes them. Each ends within `timeoutMs` with an answer or an error that `troubleOf`
 * understands. A statement that surely never left is sent again within that time, and nothing else is.
 */
export function createPool({ open, places, clock, random, timeoutMs }: PoolParts) {
  const prepared = createPrepared();
  const deadlines = createDeadlines(clock, silence);
  const outage = createOutage(clock);
  const renewal = createEvery(poolRenewalIntervalMs, clock);
  const { acquire } = createSemaphore({ permits: places, maxWaiting });
  let client = open();

  /** Replaces the pool, unless it is another one by now or was replaced a moment ago. */
  function renew(bad: Sql): void {
    if (bad !== client || !renewal.take()) return;
    client = open();
    bad.end({ timeout: poolDrainSeconds }).catch(() => undefined);
  }

  /** Sends a statement once. After a silence of the whole limit, the connections are as bad as the answer. */
  async function sendOnce<T>(work: (client: Sql) => PromiseLike<T>, leftMs: number, allowance: Allowance): Promise<T> {
    const used = client;
    try {
      const answer = await deadlines.waitFor(work(used), leftMs);
      if (answer !== silence) return answer;
      if (allowance === 'whole limit') renew(used);
      throw new DatabaseTrouble('NO_ANSWER', `the database did not answer within ${leftMs} ms`);
    } catch (error) {
      // A session keeps the mode in which it began, long after the server takes writes again.
      if (troubleOf(error)?.kind === 'read-only') renew(used);
      throw error;
    }
  }

  /** Begins an outage, or ends it: an error of another kind is an answer too. */
  function noteTrouble(trouble: Trouble | undefined): void {
    if (isUnreachable(trouble) || trouble?.kind === 'silent') outage.begin();
    else outage.end();
  }

  /** Whether a statement surely never left, and another attempt after `delayMs` would still end in time. */
  function canResend(trouble: Trouble | undefined, delayMs: number, until: number): boolean {
    if (!isUnreachable(trouble) || trouble?.done !== 'no') return false;
    const end = Math.min(until, (outage.since() ?? 0) + resendWindowMs);
    return clock.now() + delayMs + connectAttemptMs <= end;
  }

  /** Sends a statement until it is answered, or until it may not be sent again. */
  async function send<T>(work: (client: Sql) => PromiseLike<T>, until: number, allowance: Allowance): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await sendOnce(work, Math.max(1, until - clock.now()), allowance);
        outage.end();
        return answer;
      } catch (error) {
        const trouble = troubleOf(error);
        noteTrouble(trouble);
        const delayMs = backoff(attempt, random, resendBackoff);
        if (!canResend(trouble, delayMs, until)) throw error;
        await clock.sleep(delayMs);
      }
    }
  }

  /** Waits for a place, and sends a statement. The wait counts against the limit. */
  async function run<T>(work: (client: Sql) => PromiseLike<T>): Promise<T> {
    const isProbe = outage.beginProbe();
    const hasWholeLimit = isProbe || outage.since() === undefined || timeoutMs <= outageTimeoutMs;
    const limitMs = hasWholeLimit ? timeoutMs : outageTimeoutMs;
    const until = clock.now() + limitMs;
    try {
      const release = await acquire({ timeoutMs: limitMs, clock });
      if (!release) {
        outage.begin();
        throw new DatabaseTrouble('NOT_SENT', 'too much is waiting for the database');
      }
      try {
        return await send(work, until, hasWholeLimit ? 'whole limit' : 'outage limit');
      } finally {
        release();
      }
    } finally {
      if (isProbe) outage.endProbe();
    }
  }

  /** Sends once more when the server had lost the prepared statement: nothing was done then. */
  const withoutPrepared = <T>(attempt: () => Promise<T>): Promise<T> =>
    attempt().catch((error: unknown) => {
      if (prepared.isLost(error)) return attempt();
      throw error;
    });

  return {
    options: client.options,

    /** Returns, as the driver does, a promise of rows, or of their values when `values` is called at once. */
    unsafe(text: string, parameters: never[] = []) {
      let asValues = false;
      const attempt = () =>
        run<unknown>((sql) => {
          const query = sql.unsafe(text, parameters, prepared.options(parameters.length));
          return asValues ? query.values() : query;
        });
      const answer = Promise.resolve().then(() => withoutPrepared(attempt));
      const values = () => {
        asValues = true;
        return answer;
      };
      return Object.assign(answer, { values });
    },

    /** Runs a transaction, as drizzle begins one. */
    begin: <T>(work: (transaction: Sql) => Promise<T>) => run((sql) => transact(sql, work, prepared.options)),

    /** Runs a transaction that is sent as a whole, for a pool with one place. Resolves with the rows of each statement. */
    together(statements: Statement[]): Promise<Record<string, unknown>[][]> {
      return withoutPrepared(() => run((sql) => sendWhole(sql, statements, prepared.options)));
    },

    /** Replaces the sessions, because those that there are may have the mode of another day. */
    refresh: () => renew(client),

    /** Ends the connections. */
    close: () => client.end({ timeout: poolDrainSeconds }),
  };
}

/** Whether the server took no connection. */
const isUnreachable = (trouble: Trouble | undefined) => trouble?.kind === 'away' || trouble?.kind === 'crowded';
