/** What is the matter with the database, read from whatever its driver threw. */

/**
 * `kind`: it cannot be reached, it does not answer, it takes no more connections, it takes no writes, or its disk is full.
 * `done`: `no` when the statement surely had no effect, `unknown` when it may have had one all the same.
 */
export type Trouble = { kind: 'away' | 'silent' | 'crowded' | 'read-only' | 'full'; done: 'no' | 'unknown' };

/** By the driver's codes, the system's, and those of Postgres (its documentation, appendix A). */
const known = new Map<string, Trouble>([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'CONNECT_TIMEOUT', 'CONNECTION_ENDED']
    .concat('57P03')
    .map((code): [string, Trouble] => [code, { kind: 'away', done: 'no' }]),
  ...['CONNECTION_CLOSED', 'CONNECTION_DESTROYED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', '57P01', '57P02', '08006']
    .concat('08P01')
    .map((code): [string, Trouble] => [code, { kind: 'away', done: 'unknown' }]),
  ['NO_ANSWER', { kind: 'silent', done: 'unknown' }],
  // The server itself gave the statement up, and with it its transaction.
  ['57014', { kind: 'silent', done: 'no' }],
  ['NOT_SENT', { kind: 'crowded', done: 'no' }],
  ['53300', { kind: 'crowded', done: 'no' }],
  ['25006', { kind: 'read-only', done: 'no' }],
  ['53100', { kind: 'full', done: 'no' }],
]);

/** Causes in causes; nothing real goes as deep. */
const deepest = 5;

/** The trouble behind an error; undefined when the database answered as it should, or was not asked. */
export function troubleOf(error: unknown, depth = 0): Trouble | undefined {
  if (typeof error !== 'object' || error === null || depth > deepest) return undefined;
  const found = 'code' in error ? known.get(String(error.code)) : undefined;
  return found ?? ('cause' in error ? troubleOf(error.cause, depth + 1) : undefined);
}

/** Thrown where the driver has no error of its own. `NOT_SENT`: the statement never left; `NO_ANSWER`: it did. */
export class DatabaseTrouble extends Error {
  override readonly name = 'DatabaseTrouble';
  readonly code: 'NOT_SENT' | 'NO_ANSWER';

  constructor(code: DatabaseTrouble['code'], message: string) {
    super(message);
    this.code = code;
  }
}
