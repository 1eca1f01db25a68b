/** SQL that accepts jobs: each event once, and nobody more than they may begin. Many that come together are written together. */
import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import type { Clock } from '../clock.ts';
import { createBatches } from '../db/batches.ts';
import type { Database } from '../db/connect.ts';
import { madeOnce } from '../db/made-once.ts';
import { columnsOf, readerOf, recordFor, rowsOf } from '../db/raw-row.ts';
import { inQueue, jobs } from '../db/schema.ts';
import type { Counting } from '../policy/budget.ts';
import { readOpen, readUsage, type Usage, withOpen } from '../policy/spending-store.ts';
import { acknowledging, type Job, span } from './store.ts';

/** What is known of a job when it is accepted. */
const written = [
  ...(['platform', 'event', 'tenant', 'person', 'channel', 'origin', 'call', 'private', 'ack'] as const),
  ...(['operation', 'model', 'request', 'refs', 'parent', 'parentImage', 'key', 'lane', 'expected'] as const),
] as const satisfies (keyof typeof jobs.$inferInsert)[];
export type NewJob = Pick<typeof jobs.$inferInsert, (typeof written)[number]>;

/** See `Counting`. `refuse` says why the work cannot be accepted after what was spent. */
export type Admission = Counting & { refuse(usage: Usage): Error | undefined };

/** `ahead` are the jobs of everybody that wait in front of it, in its lane; above `mostCounted` they are not counted. */
export type Accepted = { job: Job; isNew: boolean; ahead: number };

export type Acceptance = ReturnType<typeof createAcceptance>;

/** Rows in one statement. */
const mostAtOnce = 100;
/** Nobody notices it, and at 300 calls a second three are written together. Milliseconds. */
const moment = 10;
/** Counting a thousand that wait takes the database longer than accepting one more. */
const mostCounted = 100;

type Wanted = { row: NewJob; deadline: number; admission?: Admission };
/** `undefined` where the event made a job before. */
type Answer = Omit<Accepted, 'isNew'> | Error | 'alone' | undefined;
type Orm = Pick<Database['orm'], 'execute'>;

const eventOf = ({ platform, event }: Pick<Job, 'platform' | 'event'>) => JSON.stringify([platform, event]);
const ownerOf = ({ platform, tenant, person }: NewJob) => JSON.stringify([platform, tenant, person]);

/** `pace` is the clock by which calls that come within a moment are gathered; without it only those that come while others are written. */
export function createAcceptance(db: Database, pace?: Clock) {
  const waiting = sql`select 1 from jobs q where ${inQueue}`;
  const counted = sql.raw(String(mostCounted));
  const read = readerOf(jobs);
  const columns = written.map((key) => getTableColumns(jobs)[key]);
  const list = (one: (column: (typeof columns)[number]) => string) => sql.raw(columns.map(one).join(', '));
  const names = list(({ name }) => `"${name}"`);
  const given = list(({ name }) => `given."${name}"`);
  const types = list((column) => `"${column.name}" ${column.getSQLType()}`);
  const all = columnsOf(jobs);

  const selectOfEvent = madeOnce(db, ['platform', 'event'], ({ platform, event }) =>
    db.orm
      .select()
      .from(jobs)
      .where(and(eq(jobs.platform, platform), eq(jobs.event, event))),
  );
  // The state is part of the text: a prepared plan for any state cannot use the index of those that wait.
  const countAhead = madeOnce(db, ['key', 'lane', 'id'], ({ key, lane, id }) =>
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

  /** Gives each that had no job yet its own, in their order; the events are all different. */
  async function insertAll(orm: Orm, wanted: Wanted[]): Promise<(Omit<Accepted, 'isNew'> | undefined)[]> {
    if (wanted.length === 0) return [];
    const records = wanted.map(({ row, deadline }) => ({ ...recordFor(jobs, row, written), milliseconds: deadline }));
    const rows = await orm.execute(sql`
      with given as materialized (
        select * from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as g(${types}, milliseconds float8)
      ), lanes as materialized (
        select key, lane, (select count(*)::int from (${waiting} and q.key = l.key and q.lane = l.lane limit ${counted}) w) as waiting
        from (select distinct key, lane from given) l
      )
      insert into jobs (${names}, created_at, updated_at, next_at, deadline_at, progress_until)
      select ${given}, ${db.now}, ${db.now}, ${db.now}, ${db.now} + given.milliseconds * interval '1 millisecond',
        ${db.now} + ${span(acknowledging)}
      from given
      on conflict (platform, event) do nothing
      returning ${all}, (select waiting from lanes l where l.key = jobs.key and l.lane = jobs.lane) as waiting`);
    const before = new Map<string, number>();
    const made = rowsOf(rows).map((raw) => {
      const job = read(raw);
      const earlier = before.get(job.lane) ?? 0;
      before.set(job.lane, earlier + 1);
      return [eventOf(job), { job, ahead: Number(raw.waiting) + earlier }] as const;
    });
    const byEvent = new Map(made);
    return wanted.map(({ row }) => byEvent.get(eventOf(row)));
  }

  /** Nobody else who spends from the same budget is counted meanwhile. The sum is a statement of its own: it must see
   * what was inserted before the lock was given away. The embedded database has one connection, so it is alone already. */
  const admitAlone = ({ row, deadline, admission }: Wanted): Promise<Answer> =>
    db.orm.transaction(async (orm) => {
      if (admission && db.engine === 'postgres')
        await orm.execute(sql`select pg_advisory_xact_lock(hashtextextended(${admission.alone}, 0))`);
      const refusal = admission?.refuse(await readUsage({ orm, now: db.now }, row, admission.since));
      if (refusal) return refusal;
      const [accepted] = await insertAll(orm, [{ row, deadline }]);
      return accepted;
    });

  /** For those of whom only unfinished jobs count. Whoever is being counted elsewhere is left for `admitAlone`. */
  const admitAll = (wanted: Wanted[]): Promise<Answer[]> =>
    db.orm.transaction(async (orm) => {
      const locks = JSON.stringify([...new Set(wanted.flatMap(({ admission }) => admission?.alone ?? []))]);
      const [locked, open] = await Promise.all([
        db.engine === 'postgres'
          ? orm.execute(sql`select k as free from jsonb_array_elements_text(${locks}::jsonb) as k
              where pg_try_advisory_xact_lock(hashtextextended(k, 0))`)
          : undefined,
        readOpen(
          orm,
          wanted.map(({ row }) => row),
        ),
      ]);
      const free = locked === undefined ? undefined : new Set(rowsOf(locked).map((raw) => raw.free));
      const began = new Map<string, number>();
      const answers = wanted.map(({ row, admission }, index): Answer => {
        if (admission && free && !free.has(admission.alone)) return 'alone';
        const mine = began.get(ownerOf(row)) ?? 0;
        const refusal = admission?.refuse(withOpen((open[index] ?? 0) + mine));
        if (!refusal) began.set(ownerOf(row), mine + 1);
        return refusal;
      });
      const admitted = wanted.filter((_, index) => answers[index] === undefined);
      const accepted = new Map((await insertAll(orm, admitted)).map((one, index) => [admitted[index], one]));
      return answers.map((answer, index) => answer ?? accepted.get(wanted[index]));
    });
  // An event that comes twice at one moment must find what the first one made.
  const gap = pace && { milliseconds: moment, clock: pace };
  const admitTogether = createBatches(admitAll, mostAtOnce, { gap, keyOf: ({ row }) => eventOf(row) });

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
      const together = isQuick ? await admitTogether(wanted) : 'alone';
      const answer = together === 'alone' ? await admitAlone(wanted) : together;
      if (answer && !(answer instanceof Error) && answer !== 'alone') return { ...answer, isNew: true };
      const earlier = await ofEvent(row);
      if (!earlier) throw answer instanceof Error ? answer : new Error('a job was neither inserted nor there');
      return { job: earlier, isNew: false, ahead: await ahead(earlier) };
    },
  };
}
