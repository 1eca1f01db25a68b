/** SQL that gives one process jobs to send: the oldest in each free lane, however many wait behind lanes that are not free. */

import { and, eq, getTableColumns, type Placeholder, sql } from 'drizzle-orm';
import type { Database } from '../../db/connect.ts';
import { interval } from '../../db/interval.ts';
import { cachedQuery } from '../../db/query-cache.ts';
import { inQueue, jobs } from '../../db/schema/schema.ts';
import { isFor } from '../replicas/partition-store.ts';
import { type Partition, wholePartition } from '../replicas/peers.ts';
import { isOutrun, type Job, lockJobs } from './job-store.ts';

/** A job that is this process' to send. `hasMore` tells whether others wait as well: in its lane, or in any when one was asked for. */
export type Claimed = Job & { hasMore: boolean };

/** Who loses a lane to another process looks at the other lanes once more. */
const tries = 2;

type Wanted = { key: Placeholder; training: Placeholder; of: Placeholder; mine: Placeholder };

export function createClaimStore(db: Database) {
  /** What waits in the queue is asked for in words that only one index answers: see `inQueue`. */
  const waiting = ({ key, training }: Pick<Wanted, 'key' | 'training'>) => sql`${inQueue} and q.key = ${key}
    and q.next_at <= ${db.now} and (q.operation = 'train') = ${training}::boolean`;

  /**
   * The oldest job of each free lane, none while there is a pause. It goes from lane to lane, and then asks about one at a
   * time: any join would read all that waits as soon as the planner's figures are old, 20 to 1,000 ms for 20,000 jobs
   * against 0.2 for a lane and 0.4 for sixteen.
   */
  const firsts = ({ key, training, of, mine }: Wanted) => sql`
    with recursive lanes as (
      (select q.lane from jobs q where ${inQueue} and q.key = ${key} order by q.lane limit 1)
      union all
      select (select q.lane from jobs q where ${inQueue} and q.key = ${key} and q.lane > l.lane order by q.lane limit 1)
      from lanes l where l.lane is not null
    )
    select (select q.id from jobs q where ${waiting({ key, training })} and q.lane = l.lane
      and ${isFor({ of, mine }, { id: sql`q.id`, since: sql`q.next_at`, now: db.now })}
      order by q.next_at, q.id limit 1) as id
    from lanes l
    where l.lane is not null
      and not exists (select 1 from keys k where k.id = ${key} and k.paused_until > ${db.now})
      and (select 1 from jobs b where b.key = ${key} and b.lane = l.lane and b.state in ('submitting', 'unknown') limit 1) is null`;

  const findAny = cachedQuery(db, ['key', 'training', 'of', 'mine'], (wanted) =>
    db.orm
      .select({ id: sql<number>`f.id` })
      .from(sql`(select f.id from (${firsts(wanted)}) f where f.id is not null limit 1) f`),
  );

  /**
   * With `others` who claim at the same moment, a row that is locked is theirs, and this one takes the first of another lane.
   * Whoever is alone waits for it: what holds it then only writes down where the job was shown, and who had passed it by
   * would not look again for a second. What is not queued any more once it has the lock is left by the update itself.
   */
  const claimFirst = (others: boolean) =>
    cachedQuery(db, ['key', 'lease', 'training', 'of', 'mine', 'limit'], ({ lease, limit, ...wanted }) => {
      // As a question of its own, so that no index of what is in that state is taken in place of the number.
      const queued = sql`(select 'queued')`;
      // As an array, so that the planner looks each of them up.
      const chosen = sql`select q.id from jobs q where q.id = any(array(${firsts(wanted)})) and q.state = ${queued}
        order by q.next_at, q.id limit ${limit}::int`;
      const due = others ? sql`array(${chosen} for update skip locked)` : sql`array(${lockJobs(chosen)})`;
      const another = sql`select q.id from jobs q where ${waiting(wanted)} and q.id <> jobs.id`;
      // Two questions, because one with either condition walks through all that waits in other lanes.
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
  const [claimAlone, claimAmongOthers] = [claimFirst(false), claimFirst(true)];

  async function claimSome(
    key: string,
    lease: number,
    limit: number,
    partition: Partition = wholePartition,
    training = false,
  ): Promise<Claimed[]> {
    for (let left = tries; left > 0; left -= 1) {
      try {
        const claim = partition.of === 1 ? claimAlone : claimAmongOthers;
        return await claim({ key, lease, training, ...partition, limit: left === tries ? limit : 1 });
      } catch (error) {
        if (!isOutrun(error)) throw error;
      }
    }
    return [];
  }

  return {
    /**
     * Claims the oldest waiting job of each free lane, at most `limit` and the oldest first, for `lease` milliseconds;
     * none while there is a pause, and at once only what is in the share. The unique index on lanes has the last word when
     * two replicas choose different jobs of one lane at one moment: the loser may get one of another lane.
     *
     * A job with nothing to hand over has `sentAt`: its paid request leaves now, as after `sending`.
     */
    claimSome: (key: string, lease: number, limit: number, partition?: Partition) =>
      claimSome(key, lease, limit, partition),

    /** The same for the oldest of all, a training or any other. */
    async claim(
      key: string,
      lease: number,
      training = false,
      partition: Partition = wholePartition,
    ): Promise<Claimed | undefined> {
      const [claimed] = await claimSome(key, lease, 1, partition, training);
      return claimed;
    },

    /** Whether there is a job, other than a training, that `claim` would give just now. */
    async isClaimable(key: string, partition: Partition = wholePartition): Promise<boolean> {
      const rows = await findAny({ key, training: false, ...partition });
      return rows.length > 0;
    },
  };
}
