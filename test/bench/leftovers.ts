/** The names of the bench's databases, and the removal of those that earlier benches left. */
import { randomBytes } from 'node:crypto';
import postgres from 'postgres';

/** Longest time of a bench. */
const maxBenchSeconds = 3_600;

/** Returns a name with the time of creation. `now` is in epoch milliseconds. */
export const nameOfDatabase = (now = Date.now()): string =>
  `photogpt_bench_${Math.floor(now / 1000)}_${randomBytes(5).toString('hex')}`;

/**
 * Drops the bench's databases that are older than an hour and have no connection. Returns their names. A database that
 * another process opens at this moment stays.
 */
export async function dropLeftovers(server: string, now = Date.now()): Promise<string[]> {
  const sql = postgres(server, { max: 1, onnotice: () => {} });
  try {
    const rows = await sql`
      select datname from pg_database d where datname ~ '^photogpt_bench_[0-9]{10}_[0-9a-f]{10}$'
        and split_part(datname, '_', 3)::bigint < ${Math.floor(now / 1000) - maxBenchSeconds}
        and not exists (select 1 from pg_stat_activity a where a.datname = d.datname)`;
    const dropped: string[] = [];
    for (const { datname } of rows) {
      // Without `force`, so that a database stays that was opened meanwhile.
      const isGone = await sql.unsafe(`drop database if exists ${datname}`).then(
        () => true,
        () => false,
      );
      if (isGone) dropped.push(String(datname));
    }
    return dropped;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
