/** Durations as SQL. */
import { type Placeholder, type SQL, sql } from 'drizzle-orm';

/** Returns milliseconds as an SQL interval. */
export const interval = (milliseconds: number | Placeholder): SQL =>
  sql`(${milliseconds}::float8 * interval '1 millisecond')`;
