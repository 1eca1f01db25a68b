/** Tells trouble with the database from other errors, by the code of the error that the driver threw. */

/**
 * The state of the database behind an error.
 *
 * - `away`: the server cannot be reached.
 * - `silent`: it does not answer.
 * - `crowded`: it takes no more connections, or too many statements wait for it.
 * - `read-only`: it takes no writes.
 * - `full`: its disk is full.
 *
 * `done` is `no` when the statement surely had no effect, and `unknown` when it may have had one.
 */
export type Trouble = { kind: 'away' | 'silent' | 'crowded' | 'read-only' | 'full'; done: 'no' | 'unknown' };

/** Trouble by the codes of the driver, of the system, and of Postgres (its documentation, appendix A). */
const troubleByCode = new Map<string, Trouble>([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'CONNECT_TIMEOUT', 'CONNECTION_ENDED']
    .concat('57P03')
    .map((code): [string, Trouble] => [code, { kind: 'away', done: 'no' }]),
  ...['CONNECTION_CLOSED', 'CONNECTION_DESTROYED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', '57P01', '57P02', '08006']
    .concat('08P01')
    .map((code): [string, Trouble] => [code, { kind: 'away', done: 'unknown' }]),
  ['NO_ANSWER', { kind: 'silent', done: 'unknown' }],
  // The server itself ended the statement, and with it the transaction.
  ['57014', { kind: 'silent', done: 'no' }],
  ['NOT_SENT', { kind: 'crowded', done: 'no' }],
  ['53300', { kind: 'crowded', done: 'no' }],
  ['25006', { kind: 'read-only', done: 'no' }],
  ['53100', { kind: 'full', done: 'no' }],
]);

/** Longest chain of causes that is followed. No real one is as long. */
const maxDepth = 5;

/** Returns the trouble behind an error or its causes. Undefined for errors that say nothing about the database's state. */
export function troubleOf(error: unknown, depth = 0): Trouble | undefined {
  if (typeof error !== 'object' || error === null || depth > maxDepth) return undefined;
  const found = 'code' in error ? troubleByCode.get(String(error.code)) : undefined;
  return found ?? ('cause' in error ? troubleOf(error.cause, depth + 1) : undefined);
}

/** An error for trouble that the driver has no error for. `NOT_SENT`: the statement never left. `NO_ANSWER`: it did. */
export class DatabaseTrouble extends Error {
  override readonly name = 'DatabaseTrouble';
  readonly code: 'NOT_SENT' | 'NO_ANSWER';

  constructor(code: DatabaseTrouble['code'], message: string) {
    super(message);
    this.code = code;
  }
}
