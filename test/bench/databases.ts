/** Fresh databases on a Postgres server, with work in them, and the processor time of the server. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import postgres from 'postgres';
import { openPostgres } from '../../src/db/engines/postgres.ts';
import { stillGoing, undoneWhenBrokenOff } from './broken-off.ts';
import { nameOfDatabase } from './leftovers.ts';

/** The API key of every bot in the bench. Rows have its digest. */
export const key = 'key-of-the-bench';
const digest = createHash('sha256').update(key).digest('hex').slice(0, 16);

/** Returns the server for the bench: TEST_DATABASE_URL, or one on this machine. Undefined when none answers. */
export async function findServer(): Promise<string | undefined> {
  const url = process.env.TEST_DATABASE_URL || 'postgres://postgres@127.0.0.1:5432/postgres';
  const sql = postgres(url, { max: 1, connect_timeout: 3, onnotice: () => {} });
  try {
    await sql`select 1`;
    return url;
  } catch {
    return undefined;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Returns the server's version. */
export async function versionOf(server: string): Promise<string> {
  const sql = postgres(server, { max: 1 });
  const [row] = await sql`show server_version`;
  await sql.end();
  return String(row?.server_version);
}

/**
 * Returns Linux's processor ticks of a process so far. Undefined when they are unreadable, or the process is no
 * Postgres of this machine.
 */
function ticksOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    if (!stat.includes('(postgres)')) return undefined;
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return undefined;
  }
}

/** A database of the bench. */
export type BenchDatabase = Awaited<ReturnType<typeof openBenchDatabase>>;

/** Creates a database with every table. `sql` is a connection beside the bot's. `drop` removes it. */
export async function openBenchDatabase(server: string) {
  stillGoing();
  const name = nameOfDatabase();
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  // On the connection that creates it, so that it comes after the creation.
  const remove = () => admin.unsafe(`drop database if exists ${name} with (force)`);
  const isRemoved = undoneWhenBrokenOff(remove);
  await admin.unsafe(`create database ${name}`);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  await (await openPostgres(url)).close();
  const sql = postgres(url, { max: 2, onnotice: () => {}, connection: { application_name: 'bench' } });
  // The connection shows other benches that the database is in use, also while the bot is not connected.
  await sql`select 1`;
  const ticks = new Map<number, { first: number; last: number }>();

  return {
    url,
    sql,
    /**
     * Returns the seconds of processor time of this database's backends since the first call, without the bench's own.
     * Undefined when they cannot be seen. Call it every few seconds, because it misses backends that have ended.
     */
    async cpu(): Promise<number | undefined> {
      const rows = await sql`select pid from pg_stat_activity where datname = ${name} and application_name <> 'bench'`;
      const isFirst = ticks.size === 0;
      for (const { pid } of rows) {
        const now = ticksOf(Number(pid));
        if (now === undefined) return undefined;
        const known = ticks.get(Number(pid));
        if (known) known.last = now;
        else ticks.set(Number(pid), { first: isFirst ? now : 0, last: now });
      }
      // 100 ticks make a second on every Linux.
      return [...ticks.values()].reduce((sum, { first, last }) => sum + (last - first) / 100, 0);
    },
    async drop(): Promise<void> {
      await sql.end({ timeout: 1 });
      await remove();
      isRemoved();
      await admin.end({ timeout: 1 });
    },
  };
}

type Rows = { ids: string[]; created: number[]; models: string[] };

/**
 * Inserts jobs that PhotoGPT has taken, each in a channel of its own by one of a thousand people. One more has just
 * ended, as if a bot had watched them until now, like before a restart.
 */
export async function insertRunning(
  { sql }: Pick<BenchDatabase, 'sql'>,
  { ids, created, models }: Rows,
): Promise<void> {
  await sql`
    insert into jobs (platform, event, tenant, person, channel, origin, call, private, operation, model, request, key,
      lane, state, fence, attempts, deadline_at, sent_at, remote_id, submitted_at, ack, created_at, updated_at)
    select 'playground', 'seed-' || remote, 'home', 'person-' || n % 1000, 'playground/home/channel-' || n,
      jsonb_build_object('platform', 'playground', 'event', 'seed-' || remote, 'tenant', 'home', 'locale', 'en',
        'private', false, 'place', jsonb_build_object('kind', 'channel', 'channel', 'channel-' || n),
        'person', jsonb_build_object('id', 'person-' || n % 1000, 'name', 'Ada', 'roles', '[]'::jsonb, 'moderator', false)),
      '{"command": "imagine", "options": {"prompt": "a lighthouse at dusk"}}'::jsonb, false, 'image', model,
      jsonb_build_object('modelID', model, 'prompt', 'a lighthouse at dusk'), ${digest}, 'unpriced', 'running', 1, 1,
      now() + interval '1 day', at, remote, at,
      jsonb_build_object('platform', 'playground', 'channel', 'channel-' || n, 'id', 'a' || n), at, at
    from (select row_number() over () as n, remote, to_timestamp(created / 1000) as at, model
      from unnest(${ids}::text[], ${created}::float8[], ${models}::text[]) as given (remote, created, model)) as rows`;
  await sql`
    insert into jobs (platform, event, tenant, person, channel, origin, call, private, operation, model, request, key,
      lane, state, outcome, deadline_at, remote_id, submitted_at, finished_at, closed_at)
    values ('playground', 'ended', 'home', 'person-0', 'playground/home/channel-0', '{}'::jsonb, '{}'::jsonb, false, 'image',
      'nanobanana-2', '{}'::jsonb, ${digest}, 'unpriced', 'closed', 'done', now(), 'ended', now(), now(), now())`;
  await sql`analyze jobs`;
}

/** Inserts `count` finished jobs with a result to post, in as many channels. */
export async function insertPending({ sql }: Pick<BenchDatabase, 'sql'>, count: number): Promise<void> {
  await sql`
    with made as (
      insert into jobs (platform, event, tenant, person, channel, origin, call, private, operation, model, request, key,
        lane, state, outcome, deadline_at, remote_id, submitted_at, finished_at)
      select 'playground', 'done-' || n, 'home', 'person-' || n % 1000, 'playground/home/channel-' || n, '{}'::jsonb,
        '{}'::jsonb, false, 'image', 'nanobanana-2', '{}'::jsonb, ${digest}, 'unpriced', 'ready', 'done',
        now() + interval '1 day', 'd' || n, now(), now()
      from generate_series(1, ${count}::int) as n returning id, channel
    )
    insert into deliveries (job, kind, channel, next_at) select id, 'result', channel, now() from made`;
  await sql`analyze jobs, deliveries`;
}
