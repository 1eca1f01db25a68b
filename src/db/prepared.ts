/** Decides which statements the server keeps prepared: the second time it neither reads nor plans them anew. */

/**
 * Most parameters of a prepared statement. Longer lists come in many lengths, each a statement of its own, and the server
 * keeps them all.
 */
const maxParameters = 64;

/**
 * Codes of errors that say the server lost what was prepared: invalid_sql_statement_name and duplicate_prepared_statement.
 * A pooler that gives every transaction another session does that (PgBouncer before 1.21). Nothing was done then.
 */
const lostStatementCodes = ['26000', '42P05'];

/** Returns a decision for each statement: to prepare it, until the server turns out to lose prepared statements. */
export function createPrepared() {
  let isPossible = true;
  return {
    /** Returns the driver's options for a statement with this many parameters. */
    options: (parameters: number) => ({ prepare: isPossible && parameters <= maxParameters }),

    /** Returns whether an error means that the statement must be sent again without preparing it. True once. */
    isLost(error: unknown): boolean {
      const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
      if (!isPossible || !lostStatementCodes.includes(String(code))) return false;
      isPossible = false;
      return true;
    },
  };
}
