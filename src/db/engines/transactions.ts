/** The two ways of running a transaction on one connection of postgres.js. */
import type { Sql } from 'postgres';
import { DatabaseTrouble, troubleOf } from '../trouble.ts';

/** The text of a statement and the values of its parameters. */
export type Statement = { sql: string; params: unknown[] };

/** Returns the driver's options for a statement with this many parameters. */
type OptionsFor = (parameters: number) => object;

/**
 * Sends a transaction as a whole, on a pool of one connection. Resolves with the rows of each statement, once all are
 * answered: until then, the next statement on the connection would become part of it. Rejects with the first error.
 */
export async function sendWhole(
  sql: Sql,
  statements: Statement[],
  optionsFor: OptionsFor,
): Promise<Record<string, unknown>[][]> {
  const sent = [
    sql.unsafe('begin'),
    ...statements.map(({ sql: text, params }) => sql.unsafe(text, params as never[], optionsFor(params.length))),
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
 * Runs `work` in a transaction and resolves with its value. Rejects when the connection breaks meanwhile.
 *
 * After a break the driver still sends the next statements, the end of the transaction included, over a socket that is
 * not there. That ends the process (seen with postgres.js 3.4.9). The driver rejects the transaction by itself when the
 * connection closes. This function therefore sends nothing more then, and leaves the rejection to the driver.
 */
export function transact<T>(sql: Sql, work: (transaction: Sql) => Promise<T>, optionsFor: OptionsFor): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  const done = sql.begin((transaction) => {
    const guarded = {
      options: sql.options,
      savepoint: transaction.savepoint,
      unsafe(text: string, parameters: never[] = []) {
        if (isOver) throw new DatabaseTrouble('NOT_SENT', 'the transaction is over');
        return transaction.unsafe(text, parameters, optionsFor(parameters.length));
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
