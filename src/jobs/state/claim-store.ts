/**
 * SQL that claims jobs to send: the oldest one of each free lane.
 *
 * A lane is free when none of its jobs is `submitting` or `unknown`. A claim is for a number of milliseconds, and raises
 * the job's fence. It is fast however many jobs wait in lanes that are not free.
 */

import { and, eq, getTableColumns, type Placeholder, sql } from 'drizzle-orm';
import type { Database } from '../../db/connect.ts';
import { interval } from '../../db/interval.ts';
import { cachedQuery } from '../../db/query-cache.ts';
import { inQueue, jobs } from '../../db/schema/schema.ts';
import { isInPartition } from '../replicas/partition-store.ts';
import { type Partition, wholePartition } from '../replicas/peers.ts';
import { isLostRace, type Job, lockJobs } from './job-store.ts';

/**
 * A claimed job. `hasMore` tells whether other jobs can be claimed too. After a claim of one job it means any lane, and
 * after a claim of several the lane of this job.
 */
export type Claimed = Job & { hasMore: boolean };

/** Claim attempts. The second covers losing a lane to another process. */
const claimAttempts = 2;

/** The placeholders of a prepared claim. `of` and `mine` are the partition. */
type ClaimArguments = { key: Placeholder; training: Placeholder; of: Placeholder; mine: Placeholder };

/** Returns the claims of all keys. */
export function createClaimStore(db: Database) {
  /** Selects due jobs. `inQueue` says why the words are those of one index. */
  const isDue = ({ key, training }: Pick<ClaimArguments, 'key' | 'training'>) => sql`${inQueue} and q.key = ${key}
    and q.next_at <= ${db.now} and (q.operation = 'train') = ${training}::boolean`;

  /**
   * Selects the oldest due job of each free lane, and none during a pause. It walks from lane to lane, and reads one job in
   * each. Once the planner's figures are old, any join reads all waiting jobs: that takes 20 to 1,000 ms for 20,000 jobs.
   * This takes 0.2 ms for one lane and 0.4 ms for sixteen.
   */
  const oldestOfFreeLanes = ({ key, training, of, mine }: ClaimArguments) => sql`
    with recursive lanes as (
      (select q.lane from jobs q where ${inQueue} and q.key = ${key} order by q.lane limit 1)
      union all
      select (select q.lane from jobs q where ${inQueue} and q.key = ${key} and q.lane > l.lane order by q.lane limit 1)
      from lanes l where l.lane is not null
    )
    select (select q.id from jobs q where ${isDue({ key, training })} and q.lane = l.lane
      and ${isInPartition({ of, mine }, { id: sql`q.id`, since: sql`q.next_at`, now: db.now })}
      order by q.next_at, q.id limit 1) as id
    from lanes l
    where l.lane is not null
      and not exists (select 1 from keys k where k.id = ${key} and k.paused_until > ${db.now})
      and (select 1 from jobs b where b.key = ${key} and b.lane = l.lane and b.state in ('submitting', 'unknown') limit 1) is null`;

  const findAny = cachedQuery(db, ['key', 'training', 'of', 'mine'], (wanted) =>
    db.orm
      .select({ id: sql<number>`f.id` })
      .from(sql`(select f.id from (${oldestOfFreeLanes(wanted)}) f where f.id is not null limit 1) f`),
  );

  /**
   * Prepares a claim. With `hasPeers` it skips locked rows: a peer is claiming them. Without peers it waits for the lock.
   * Its holder then only saves where the placeholder is, and a skipped job would wait a second for the next step. The
   * update leaves out a job that is no longer queued once the lock came.
   */
  const prepareClaim = (hasPeers: boolean) =>
    cachedQuery(db, ['key', 'lease', 'training', 'of', 'mine', 'limit'], ({ lease, limit, ...wanted }) => {
      // A subquery, so that the planner takes the primary key and no index of jobs in that state.
      const queued = sql`(select 'queued')`;
      // An array, so that the planner looks up each id.
      const chosen = sql`select q.id from jobs q where q.id = any(array(${oldestOfFreeLanes(wanted)})) and q.state = ${queued}
        order by q.next_at, q.id limit ${limit}::int`;
      const due = hasPeers ? sql`array(${chosen} for update skip locked)` : sql`array(${lockJobs(chosen)})`;
      const another = sql`select q.id from jobs q where ${isDue(wanted)} and q.id <> jobs.id`;
      // Two queries, because one with an alternative walks through all waiting jobs of other lanes.
      const hasMore = sql<boolean>`case when ${limit}::int = 1
        then (${another} order by q.lane, q.next_at, q.id limit 1)
        else (${another} and q.lane = jobs.lane order by q.next_at, q.id limit 1) end is not null`;
      return db.orm
        .update(jobs)
        .set({
          state: 'submitting',
          fence: sql`${jobs.fence} + 1`,
          attempts: sql`${jobs.attempts} + 1`,
          leaseUntil: sql`${db.now} + ${interval(lease)}`,
          sentAt: sql`case when operation <> 'train' and refs = '[]'::jsonb then ${db.now} end`,
          tainted: false,
          updatedAt: db.now,
        })
        .where(and(sql`${jobs.id} = any(${due})`, eq(jobs.state, queued)))
        .returning({ ...getTableColumns(jobs), hasMore });
    });
  const claimAlone = prepareClaim(false);
  const claimAmongPeers = prepareClaim(true);

  async function claimSome(
    key: string,
    leaseMs: number,
    limit: number,
    partition: Partition = wholePartition,
    training = false,
  ): Promise<Claimed[]> {
    for (let attempt = 1; attempt <= claimAttempts; attempt += 1) {
      try {
        const claim = partition.of === 1 ? claimAlone : claimAmongPeers;
        return await claim({ key, lease: leaseMs, training, ...partition, limit: attempt === 1 ? limit : 1 });
      } catch (error) {
        if (!isLostRace(error)) throw error;
      }
    }
    return [];
  }

  return {
    /**
     * Claims the oldest due job of each free lane for `leaseMs`, at most `limit` jobs and the oldest first. Claims none
     * during a pause, and leaves jobs outside of the partition alone for a second. When two replicas choose different jobs
     * of one lane, the unique index on lanes decides. The loser may get a job of another lane.
     *
     * A job without references gets `sentAt` here: its paid request leaves now, as after `sending`.
     */
    claimSome: (key: string, leaseMs: number, limit: number, partition?: Partition) =>
      claimSome(key, leaseMs, limit, partition),

    /** Claims the oldest due job of all free lanes: a training, or a job of any other operation. */
    async claim(
      key: string,
      leaseMs: number,
      training = false,
      partition: Partition = wholePartition,
    ): Promise<Claimed | undefined> {
      const [claimed] = await claimSome(key, leaseMs, 1, partition, training);
      return claimed;
    },

    /** Returns whether `claim` would claim a job now, other than a training. */
    async isClaimable(key: string, partition: Partition = wholePartition): Promise<boolean> {
      const rows = await findAny({ key, training: false, ...partition });
      return rows.length > 0;
    },
  };
}
