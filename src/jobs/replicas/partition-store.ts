/** Which rows are a replica's share, in SQL. */

import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import { interval } from '../../db/interval.ts';

/**
 * Whoever should have taken something within this time is dead, slow or full, and everybody may have it. Milliseconds;
 * a second more is short against the ten that another leader takes, and long against the moment that a bell takes.
 */
const courtesy = 1_000;

/** Whether a row with this `id`, due since `since`, is for whoever has such a share, as SQL. */
export const isFor = (
  { of, mine }: { of: number | Placeholder; mine: number | Placeholder },
  { id, since, now }: { id: SQL; since: SQL; now: SQL },
): SQL => sql`(${id} % ${of}::bigint = ${mine}::bigint or ${since} <= ${now} - ${interval(courtesy)})`;
