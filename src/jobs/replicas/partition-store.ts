/** The SQL condition for the rows that a replica may take now. */

import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import { interval } from '../../db/interval.ts';
import { partitionGraceMs } from '../timings.ts';

/** A partition as numbers, or as placeholders of a prepared statement. See `Partition`. */
type PartitionInSql = { of: number | Placeholder; mine: number | Placeholder };

/** Returns whether a row with this `id`, due since `since`, is in the partition or has been due for a second, as SQL. */
export const isInPartition = (
  { of, mine }: PartitionInSql,
  { id, since, now }: { id: SQL; since: SQL; now: SQL },
): SQL => sql`(${id} % ${of}::bigint = ${mine}::bigint or ${since} <= ${now} - ${interval(partitionGraceMs)})`;
