/** Statements whose text is made once: for the hot ones, making it takes longer than sending it. */
import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Database } from './connect.ts';

/** What drizzle's builders have in common. */
type Query<Answer> = { prepare(name: string): { execute(given?: Record<string, unknown>): Promise<Answer> } };

/**
 * A query as a function of the values called `names`; `make` builds it with something in the place of each. On two cores
 * here, a job is read with 0.13 ms of processor time so, and with 0.32 ms when the query is built each time.
 */
export function cachedQuery<const Name extends string, Answer>(
  db: Pick<Database, 'now'>,
  names: readonly Name[],
  make: (given: { [N in Name]: Placeholder<N> }) => Query<Answer>,
) {
  const given = Object.fromEntries(names.map((name) => [name, sql.placeholder(name)])) as {
    [N in Name]: Placeholder<N>;
  };
  let made: { now: SQL; query: ReturnType<Query<Answer>['prepare']> } | undefined;
  return (values: Record<Name, unknown>): Promise<Answer> => {
    const { now } = db;
    // A clock that is moved is another piece of SQL at each look.
    if (made?.now !== now) made = { now, query: make(given).prepare('made_once') };
    return made.query.execute(values);
  };
}
