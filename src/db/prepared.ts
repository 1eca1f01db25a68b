/** Statements that the server keeps ready: the second time it neither reads nor plans them anew. */

/** A list of parameters that is longer comes in many lengths, each a statement of its own, and the server keeps them all. */
const most = 64;
/**
 * A pooler that gives every transaction another session (PgBouncer before 1.21) loses or doubles what was prepared:
 * invalid_sql_statement_name and duplicate_prepared_statement. Nothing was done then.
 */
const lost = ['26000', '42P05'];

/** Says for each statement whether to prepare it, until the server turns out to lose what was prepared. */
export function createPrepared() {
  let possible = true;
  return {
    /** The driver's options for a statement with so many parameters. */
    options: (parameters: number) => ({ prepare: possible && parameters <= most }),
    /** Whether an error means that it must be sent again, not prepared. */
    isLost(error: unknown): boolean {
      const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
      if (!possible || !lost.includes(String(code))) return false;
      possible = false;
      return true;
    },
  };
}
