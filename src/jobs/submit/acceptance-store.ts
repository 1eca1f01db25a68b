/** SQL that accepts jobs: each event once, and nobody more than they may begin. Many that come together are written together. */

import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import { createBatchedWrites } from '../../db/batched-writes.ts';
import type { Database } from '../../db/connect.ts';
import { interval } from '../../db/interval.ts';
import { cachedQuery } from '../../db/query-cache.ts';
import { columnsOf, readerOf, recordFor, rowsOf } from '../../db/raw-row.ts';
import { inQueue, jobs } from '../../db/schema/schema.ts';
import type { Counting } from '../../policy/spending/spending-limits.ts';
import { readUsage, type Usage, withOpen } from '../../policy/spending/spending-store.ts';
import { acknowledging, type Job } from '../state/job-store.ts';

/** What is known of a job when it is accepted. */
const written = [
  ...(['platform', 'event', 'tenant', 'person', 'channel', 'origin', 'call', 'private', 'ack'] as const),
  ...(['operation', 'model', 'request', 'refs', 'parent', 'parentImage', 'key', 'lane', 'expected'] as const),
] as const satisfies (keyof typeof jobs.$inferInsert)[];
export type NewJob = Pick<typeof jobs.$inferInsert, (typeof written)[number]>;

/** See `Counting`. `most` is how many jobs a person may have unfinished; `refuse` says why the work cannot be accepted after what was spent. */
export type Admission = Counting & { most: number; refuse(usage: Usage): Error | undefined };

/** `ahead` are the jobs of everybody that wait in front of it, in its lane; above `mostCounted` they are not counted. */
export type Accepted = { job: Job; isNew: boolean; ahead: number };

export type Acceptance = ReturnType<typeof createAcceptance>;

/** Rows in one statement. */
const mostAtOnce = 100;
/** Counting a thousand that wait takes the database longer than accepting one more. */
const mostCounted = 100;

type Wanted = { row: NewJob; deadline: number; admission?: Admission };
/** `undefined` where the event made a job before. */
type Answer = Omit<Accepted, 'isNew'> | Error | 'alone' | undefined;
/** Whose lock it takes, how many unfinished jobs are the most, and how many of the same person's come before it. */
type Limit = { alone: string | null; most: number | null; before: number };
const unlimited: Limit = { alone: null, most: null, before: 0 };
/** Which locks the transaction has, from the statement that took them: a count must not be older than the lock. */
const locked = sql`coalesce(nullif(current_setting('photogpt.locked', true), ''), '[]')`;

const eventOf = ({ platform, event }: Pick<Job, 'platform' | 'event'>) => JSON.stringify([platform, event]);
const ownerOf = ({ platform, tenant, person }: NewJob) => JSON.stringify([platform, tenant, person]);

export function createAcceptance(db: Database) {
  const waiting = sql`select 1 from jobs q where ${inQueue}`;
  const counted = sql.raw(String(mostCounted));
  const read = readerOf(jobs);
  const columns = written.map((key) => getTableColumns(jobs)[key]);
  const list = (one: (column: (typeof columns)[number]) => string) => sql.raw(columns.map(one).join(', '));
  const names = list(({ name }) => `"${name}"`);
  const given = list(({ name }) => `given."${name}"`);
  const types = list((column) => `"${column.name}" ${column.getSQLType()}`);
  const all = columnsOf(jobs);

  const selectOfEvent = cachedQuery(db, ['platform', 'event'], ({ platform, event }) =>
    db.orm
      .select()
      .from(jobs)
      .where(and(eq(jobs.platform, platform), eq(jobs.event, event))),
  );
  // The state is part of the text: a prepared plan for any state cannot use the index of those that wait.
  const countAhead = cachedQuery(db, ['key', 'lane', 'id'], ({ key, lane, id }) =>
    db.orm
      .select({ count: sql<number>`count(*)::int` })
      .from(sql`(${waiting} and q.key = ${key} and q.lane = ${lane} and q.id < ${id}::bigint limit ${counted}) as w`),
  );

  /** The job that this event made, if it made one. */
  async function ofEvent({ platform, event }: Pick<Job, 'platform' | 'event'>): Promise<Job | undefined> {
    const [row] = await selectOfEvent({ platform, event });
    return row;
  }

  /** How many jobs of everybody wait in front of this one, in its lane. */
  async function ahead({ key, lane, id }: Pick<Job, 'key' | 'lane' | 'id'>): Promise<number> {
    const [row] = await countAhead({ key, lane, id });
    return row?.count ?? 0;
  }

  /**
   * Gives each that may have one and had none its own job, in their order; the events are all different. Nobody gets past
   * `most`, the earlier of the same batch included, and nothing is made for whoever is not locked by this transaction.
   */
  function inserting(wanted: (Wanted & Limit)[]): SQL {
    const records = wanted.map(({ row, deadline, ...limit }, place) => ({
      ...recordFor(jobs, row, written),
      ...limit,
      ...{ place, milliseconds: deadline },
    }));
    return sql`
      with given as materialized (
        select * from jsonb_to_recordset(${JSON.stringify(records)}::jsonb)
          as g(${types}, place int, milliseconds float8, alone text, most int, before int)
      ), weighed as materialized (
        select g.*, g.alone is null or g.alone in (select jsonb_array_elements_text(${locked}::jsonb)) as free,
          case when g.most is not null then g.before + (select count(*)::int from jobs j where j.platform = g.platform
            and j.tenant = g.tenant and j.person = g.person and j.outcome is null) end as open
        from given g
      ), lanes as materialized (
        select key, lane, (select count(*)::int from (${waiting} and q.key = l.key and q.lane = l.lane limit ${counted}) w) as waiting
        from (select distinct key, lane from given) l
      ), made as (
        insert into jobs (${names}, created_at, updated_at, next_at, deadline_at, progress_until)
        select ${given}, ${db.now}, ${db.now}, ${db.now}, ${db.now} + given.milliseconds * interval '1 millisecond',
          ${db.now} + ${interval(acknowledging)}
        from weighed given where free and coalesce(open < most, true) order by place
        on conflict (platform, event) do nothing returning ${all}
      )
      select w.place, w.free, w.open, l.waiting, made.*
      from weighed w join lanes l on l.key = w.key and l.lane = w.lane
        left join made on made.platform = w.platform and made.event = w.event
      order by w.place`;
  }

  /** What became of each, by the rows that `inserting` gave. */
  function answersOf(wanted: Wanted[], rows: Record<string, unknown>[]): Answer[] {
    const before = new Map<string, number>();
    return wanted.map(({ admission }, place): Answer => {
      const raw = rows[place];
      if (!raw?.free) return 'alone';
      if (raw.id !== null) {
        const job = read(raw);
        const earlier = before.get(job.lane) ?? 0;
        before.set(job.lane, earlier + 1);
        return { job, ahead: Number(raw.waiting) + earlier };
      }
      return raw.open === null ? undefined : admission?.refuse(withOpen(Number(raw.open)));
    });
  }

  /** Nobody else who spends from the same budget is counted meanwhile. The sum is a statement of its own: it must see
   * what was inserted before the lock was given away. The embedded database has one connection, so it is alone already. */
  const admitAlone = (wanted: Wanted): Promise<Answer> =>
    db.orm.transaction(async (orm) => {
      const { row, admission } = wanted;
      if (admission && db.engine === 'postgres')
        await orm.execute(sql`select pg_advisory_xact_lock(hashtextextended(${admission.alone}, 0))`);
      const refusal = admission?.refuse(await readUsage({ orm, now: db.now }, row, admission.since));
      if (refusal) return refusal;
      const rows = rowsOf(await orm.execute(inserting([{ ...wanted, ...unlimited }])));
      return answersOf([wanted], rows)[0];
    });

  /** For those of whom only unfinished jobs count. Whoever is being counted elsewhere is left for `admitAlone`. */
  async function admitAll(wanted: Wanted[]): Promise<Answer[]> {
    const began = new Map<string, number>();
    const limited = wanted.map(({ row, deadline, admission }) => {
      const before = began.get(ownerOf(row)) ?? 0;
      began.set(ownerOf(row), before + 1);
      const limit = admission ? { alone: admission.alone, most: admission.most, before } : unlimited;
      return { row, deadline, ...limit };
    });
    const everybody = JSON.stringify([...new Set(limited.flatMap(({ alone }) => alone ?? []))]);
    const isFree = db.engine === 'postgres' ? sql`pg_try_advisory_xact_lock(hashtextextended(k, 0))` : sql`true`;
    const [, rows = []] = await db.together([
      sql`select set_config('photogpt.locked', coalesce(jsonb_agg(k), '[]')::text, true)
        from jsonb_array_elements_text(${everybody}::jsonb) k where ${isFree}`,
      inserting(limited),
    ]);
    return answersOf(wanted, rows);
  }
  // An event that comes twice at one moment must find what the first one made.
  const admitTogether = createBatchedWrites(admitAll, mostAtOnce, { keyOf: ({ row }) => eventOf(row) });

  return {
    ofEvent,
    ahead,

    /**
     * Inserts once per platform event; `deadline` is in milliseconds from now. `isNew` is false when this event
     * already made a job, which is then returned.
     *
     * With `admission`, nobody else who spends from the same budget is counted meanwhile; what its `refuse` returns is
     * thrown, unless this event made a job before: it asks for nothing more then.
     */
    async insert(row: NewJob, deadline: number, admission?: Admission): Promise<Accepted> {
      const wanted = { row, deadline, admission };
      const isQuick = !admission || admission.since === 'now';
      // Not wanted at all, whatever there is.
      const refusal = isQuick ? admission?.refuse(withOpen(0)) : undefined;
      const together = refusal ?? (isQuick ? await admitTogether(wanted) : 'alone');
      const answer = together === 'alone' ? await admitAlone(wanted) : together;
      if (answer && !(answer instanceof Error) && answer !== 'alone') return { ...answer, isNew: true };
      const earlier = await ofEvent(row);
      if (!earlier) throw answer instanceof Error ? answer : new Error('a job was neither inserted nor there');
      return { job: earlier, isNew: false, ahead: await ahead(earlier) };
    },
  };
}
