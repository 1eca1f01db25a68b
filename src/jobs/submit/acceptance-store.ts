/**
 * SQL that accepts jobs: one for each platform event, and no more than limits allow. It has two ways.
 *
 * - **Together**: jobs for which only unfinished jobs count. Jobs that come while others are written share a statement.
 * - **Alone**: jobs for which spending counts as well, and jobs whose lock another transaction held. Each waits for the
 *   lock in a transaction of its own.
 *
 * The lock is that of the person, or of the place where a limit holds for all of it. Counting under it is exact.
 */
import { and, eq, sql } from 'drizzle-orm';
import { createBatchedWrites } from '../../db/batched-writes.ts';
import type { Database } from '../../db/connect.ts';
import { cachedQuery } from '../../db/query-cache.ts';
import { rowsOf } from '../../db/raw-row.ts';
import { jobs } from '../../db/schema/schema.ts';
import type { Counting } from '../../policy/spending/spending-limits.ts';
import { readUsage, type Usage, withOpen } from '../../policy/spending/spending-store.ts';
import type { Job } from '../state/job-store.ts';
import {
  createJobInsertion,
  type Insertion,
  type NewJob,
  type OpenJobsLimit,
  takingLocks,
  unlimited,
  waitingJobs,
} from './insert-jobs-store.ts';

/**
 * The limits of a job. See `Counting` for the other fields. `most` is how many unfinished jobs its person may have.
 * `refuse` returns why the job cannot be accepted after such usage, or undefined when it can.
 */
export type Admission = Counting & { most: number; refuse(usage: Usage): Error | undefined };

/** The job of an event. `isNew` is false when the event had made it before. `ahead` are the jobs before it in its lane, up to 100. */
export type Accepted = { job: Job; isNew: boolean; ahead: number };

/** The acceptance of jobs of all keys. */
export type Acceptance = ReturnType<typeof createAcceptance>;

/** Jobs that one statement inserts at most. */
const maxRows = 100;

type Candidate = { row: NewJob; deadlineMs: number; admission?: Admission };

/**
 * The result of one attempt to accept a job.
 *
 * - `accepted`: the job was inserted.
 * - `refused`: a limit was reached. The event may have made a job before all the same.
 * - `repeated`: nothing was inserted, and no limit was reached. The event made a job before.
 * - `lockedElsewhere`: another transaction counts the jobs of that person or place.
 */
type Attempt =
  | { result: 'accepted'; job: Job; ahead: number }
  | { result: 'refused'; error: Error }
  | { result: 'repeated' }
  | { result: 'lockedElsewhere' };

const eventKey = ({ platform, event }: NewJob) => JSON.stringify([platform, event]);
const personKey = ({ platform, tenant, person }: NewJob) => JSON.stringify([platform, tenant, person]);

/** Returns whether unfinished jobs are all that counts for a job. */
const countsOnlyOpenJobs = (admission: Admission | undefined) => !admission || admission.since === 'now';

function attemptOf({ admission }: Candidate, { hasLock, job, ahead, open }: Insertion): Attempt {
  if (!hasLock) return { result: 'lockedElsewhere' };
  if (job) return { result: 'accepted', job, ahead };
  const error = open === undefined ? undefined : admission?.refuse(withOpen(open));
  return error ? { result: 'refused', error } : { result: 'repeated' };
}

/** Returns the limit of each job of a batch. */
function limitsOf(batch: Candidate[]): OpenJobsLimit[] {
  const seen = new Map<string, number>();
  return batch.map(({ row, admission }) => {
    const earlierInBatch = seen.get(personKey(row)) ?? 0;
    seen.set(personKey(row), earlierInBatch + 1);
    return admission ? { lock: admission.alone, maxOpen: admission.most, earlierInBatch } : unlimited;
  });
}

/** Returns the acceptance of jobs of all keys. */
export function createAcceptance(db: Database) {
  const { inserting, readInsertions } = createJobInsertion(db);

  const selectOfEvent = cachedQuery(db, ['platform', 'event'], ({ platform, event }) =>
    db.orm
      .select()
      .from(jobs)
      .where(and(eq(jobs.platform, platform), eq(jobs.event, event))),
  );
  // The state is part of the text: a prepared plan for any state cannot use the index of waiting jobs.
  const countAhead = cachedQuery(db, ['key', 'lane', 'id'], ({ key, lane, id }) =>
    db.orm
      .select({ count: sql<number>`count(*)::int` })
      .from(sql`(${waitingJobs(sql`q.key = ${key} and q.lane = ${lane} and q.id < ${id}::bigint`)}) as w`),
  );

  /** Returns the job that this event made, or undefined. */
  async function ofEvent({ platform, event }: Pick<Job, 'platform' | 'event'>): Promise<Job | undefined> {
    const [row] = await selectOfEvent({ platform, event });
    return row;
  }

  /** Returns how many jobs wait in front of this one in its lane, up to 100. */
  async function ahead({ key, lane, id }: Pick<Job, 'key' | 'lane' | 'id'>): Promise<number> {
    const [row] = await countAhead({ key, lane, id });
    return row?.count ?? 0;
  }

  /**
   * Accepts a job under its lock. The usage is read by a statement of its own, because it must see all jobs that were
   * inserted under the lock before. The embedded database needs no lock, because it has one connection.
   */
  const acceptAlone = (candidate: Candidate): Promise<Attempt> =>
    db.orm.transaction(async (orm) => {
      const { row, deadlineMs, admission } = candidate;
      if (admission && db.engine === 'postgres')
        await orm.execute(sql`select pg_advisory_xact_lock(hashtextextended(${admission.alone}, 0))`);
      const error = admission?.refuse(await readUsage({ orm, now: db.now }, row, admission.since));
      if (error) return { result: 'refused', error };
      const rows = rowsOf(await orm.execute(inserting([{ row, deadlineMs, ...unlimited }])));
      const [insertion] = readInsertions(rows);
      return insertion ? attemptOf(candidate, insertion) : { result: 'lockedElsewhere' };
    });

  /** Accepts a batch of jobs for which only unfinished jobs count. Takes the locks that are free. */
  async function acceptBatch(batch: Candidate[]): Promise<Attempt[]> {
    const limits = limitsOf(batch);
    const locks = [...new Set(limits.flatMap(({ lock }) => lock ?? []))];
    const toInsert = batch.map(({ row, deadlineMs }, place) => ({
      row,
      deadlineMs,
      ...(limits[place] ?? unlimited),
    }));
    const [, rows = []] = await db.together([takingLocks(db, locks), inserting(toInsert)]);
    const insertions = readInsertions(rows);
    return batch.map((candidate, place) => {
      const insertion = insertions[place];
      return insertion ? attemptOf(candidate, insertion) : { result: 'lockedElsewhere' };
    });
  }
  // Two arrivals of one event must not share a batch: the second must find the job of the first.
  const acceptTogether = createBatchedWrites(acceptBatch, maxRows, { keyOf: ({ row }) => eventKey(row) });

  async function accept(candidate: Candidate): Promise<Attempt> {
    const { admission } = candidate;
    if (!countsOnlyOpenJobs(admission)) return acceptAlone(candidate);
    const error = admission?.refuse(withOpen(0));
    // Refused without any usage: the place does not allow such work.
    if (error) return { result: 'refused', error };
    const attempt = await acceptTogether(candidate);
    return attempt.result === 'lockedElsewhere' ? acceptAlone(candidate) : attempt;
  }

  return {
    ofEvent,
    ahead,

    /**
     * Inserts one job for each platform event. `deadlineMs` is in milliseconds from now. Returns the earlier job when the
     * event made one before, even where a limit is reached: a repeated event asks for nothing more. Throws what
     * `admission.refuse` returns.
     */
    async insert(row: NewJob, deadlineMs: number, admission?: Admission): Promise<Accepted> {
      const attempt = await accept({ row, deadlineMs, admission });
      if (attempt.result === 'accepted') return { job: attempt.job, ahead: attempt.ahead, isNew: true };
      const earlier = await ofEvent(row);
      if (earlier) return { job: earlier, isNew: false, ahead: await ahead(earlier) };
      throw attempt.result === 'refused' ? attempt.error : new Error('a job was neither inserted nor there');
    },
  };
}
