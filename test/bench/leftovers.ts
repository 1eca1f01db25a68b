/** Databases of benches: what they are called, and those that nobody came back for. */
import { randomBytes } from 'node:crypto';
import postgres from 'postgres';

/** No bench takes as long, in seconds. */
const longest = 3_600;

/** A name that says when the database was made. `now` is in epoch milliseconds. */
export const nameOfDatabase = (now = Date.now()): string =>
  `photogpt_bench_${Math.floor(now / 1000)}_${randomBytes(5).toString('hex')}`;

/**
 * Drops what earlier benches left on the server: databases of theirs that are older than an hour and that nobody is
 * connected to. Gives their names. One that somebody opens at this moment stays.
 */
export async function dropLeftovers(server: string, now = Date.now()): Promise<string[]> {
  const sql = postgres(server, { max: 1, onnotice: () => {} });
  try {
    const rows = await sql`
      select datname from pg_database d where datname ~ '^photogpt_bench_[0-9]{10}_[0-9a-f]{10}$'
        and split_part(datname, '_', 3)::bigint < ${Math.floor(now / 1000) - longest}
        and not exists (select 1 from pg_stat_activity a where a.datname = d.datname)`;
    const dropped: string[] = [];
    for (const { datname } of rows) {
      // Without `force`: that somebody has opened it meanwhile is a reason to leave it.
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
