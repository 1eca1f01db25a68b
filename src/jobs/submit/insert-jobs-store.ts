/**
 * The SQL statement that inserts a batch of jobs. It inserts a job unless
 *
 * - its event made a job before,
 * - its person has as many unfinished jobs as are allowed, earlier jobs of the batch included, or
 * - this transaction lacks the lock under which that person's jobs are counted.
 */
import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/connect.ts';
import { interval } from '../../db/interval.ts';
import { columnsOf, readerOf, recordFor } from '../../db/raw-row.ts';
import { inQueue, jobs } from '../../db/schema/schema.ts';
import type { Job } from '../state/job-store.ts';
import { placeholderTimeoutMs } from '../timings.ts';

/** The columns that are known when a job is accepted. */
const newJobColumns = [
  'platform',
  'event',
  'tenant',
  'person',
  'channel',
  'origin',
  'call',
  'private',
  'ack',
  'operation',
  'model',
  'request',
  'refs',
  'parent',
  'parentImage',
  'key',
  'lane',
  'expected',
] as const satisfies (keyof typeof jobs.$inferInsert)[];

/** A job that is to be accepted. */
export type NewJob = Pick<typeof jobs.$inferInsert, (typeof newJobColumns)[number]>;

/**
 * The limit of one job. `lock` names the lock under which it is counted. `maxOpen` is how many unfinished jobs its person
 * may have. `earlierInBatch` is how many jobs of that person come before it in the batch.
 */
export type OpenJobsLimit = { lock: string | null; maxOpen: number | null; earlierInBatch: number };

/** The limit of jobs that count against nothing. */
export const unlimited: OpenJobsLimit = { lock: null, maxOpen: null, earlierInBatch: 0 };

/** A job to insert, and its limit. `deadlineMs` is in milliseconds from now. */
export type JobToInsert = OpenJobsLimit & { row: NewJob; deadlineMs: number };

/**
 * The outcome for one job. `hasLock`: this transaction has the lock of the job, or the job needs none. `job` is the
 * inserted row. `ahead` are the jobs that wait in front of it in its lane. `open` are the unfinished jobs that were counted
 * for its person, undefined without a limit.
 */
export type Insertion = { hasLock: boolean; job: Job | undefined; ahead: number; open: number | undefined };

/** Waiting jobs that are counted at most. Counting a thousand takes the database longer than accepting another job. */
const maxCountedAhead = 100;

/** The setting of a transaction that holds the names of its locks, as a JSON array. In SQL. */
const lockedSetting = sql.raw(`'photogpt.locked'`);

/** Selects the waiting jobs of a lane up to the greatest number that is counted. `condition` is about `jobs q`, in SQL. */
export const waitingJobs = (condition: SQL): SQL =>
  sql`select 1 from jobs q where ${inQueue} and ${condition} limit ${sql.raw(String(maxCountedAhead))}`;

/**
 * Takes those of the locks that are free, in SQL, for the transaction. An embedded database has one connection, so every
 * lock is free. Runs as a statement of its own: the count must not be older than the lock.
 */
export function takingLocks(db: Pick<Database, 'engine'>, locks: string[]): SQL {
  const isFree = db.engine === 'postgres' ? sql`pg_try_advisory_xact_lock(hashtextextended(k, 0))` : sql`true`;
  return sql`select set_config(${lockedSetting}, coalesce(jsonb_agg(k), '[]')::text, true)
    from jsonb_array_elements_text(${JSON.stringify(locks)}::jsonb) k where ${isFree}`;
}

/** Returns the statement, as SQL for a batch of different events, and the reader of its rows. */
export function createJobInsertion(db: Pick<Database, 'now'>) {
  const columns = newJobColumns.map((key) => getTableColumns(jobs)[key]);
  const listOf = (text: (column: (typeof columns)[number]) => string) => sql.raw(columns.map(text).join(', '));
  const names = listOf(({ name }) => `"${name}"`);
  const values = listOf(({ name }) => `given."${name}"`);
  const types = listOf((column) => `"${column.name}" ${column.getSQLType()}`);
  const insertedColumns = columnsOf(jobs);
  const readJob = readerOf(jobs);

  /** Inserts the jobs in their order. Returns a row for each. */
  function inserting(batch: JobToInsert[]): SQL {
    const records = batch.map(({ row, deadlineMs, lock, maxOpen, earlierInBatch }, place) => ({
      ...recordFor(jobs, row, newJobColumns),
      place,
      deadline_ms: deadlineMs,
      lock,
      max_open: maxOpen,
      earlier: earlierInBatch,
    }));
    const hasLock = sql`g.lock is null or g.lock in (select jsonb_array_elements_text(
      coalesce(nullif(current_setting(${lockedSetting}, true), ''), '[]')::jsonb))`;
    return sql`
      with given as materialized (
        select * from jsonb_to_recordset(${JSON.stringify(records)}::jsonb)
          as g(${types}, place int, deadline_ms float8, lock text, max_open int, earlier int)
      ), counted as materialized (
        select g.*, ${hasLock} as has_lock,
          case when g.max_open is not null then g.earlier + (select count(*)::int from jobs j where j.platform = g.platform
            and j.tenant = g.tenant and j.person = g.person and j.outcome is null) end as open
        from given g
      ), lanes as materialized (
        select key, lane, (select count(*)::int from (${waitingJobs(sql`q.key = l.key and q.lane = l.lane`)}) w) as waiting
        from (select distinct key, lane from given) l
      ), made as (
        insert into jobs (${names}, created_at, updated_at, next_at, deadline_at, progress_until)
        select ${values}, ${db.now}, ${db.now}, ${db.now}, ${db.now} + given.deadline_ms * interval '1 millisecond',
          ${db.now} + ${interval(placeholderTimeoutMs)}
        from counted given where has_lock and coalesce(open < max_open, true) order by place
        on conflict (platform, event) do nothing returning ${insertedColumns}
      )
      select c.place, c.has_lock, c.open, l.waiting, made.*
      from counted c join lanes l on l.key = c.key and l.lane = c.lane
        left join made on made.platform = c.platform and made.event = c.event
      order by c.place`;
  }

  /** Returns the outcome for each job of the batch, from the rows that `inserting` returned. */
  function readInsertions(rows: Record<string, unknown>[]): Insertion[] {
    const earlierInLane = new Map<string, number>();
    return rows.map((row) => {
      const job = row.id === null ? undefined : readJob(row);
      const earlier = job ? (earlierInLane.get(job.lane) ?? 0) : 0;
      if (job) earlierInLane.set(job.lane, earlier + 1);
      return {
        hasLock: Boolean(row.has_lock),
        job,
        ahead: Number(row.waiting) + earlier,
        open: row.open === null ? undefined : Number(row.open),
      };
    });
  }

  return { inserting, readInsertions };
}
