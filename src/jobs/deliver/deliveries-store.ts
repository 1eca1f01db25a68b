/**
 * SQL of deliveries. A delivery is one message that the bot owes about a job: its result, its failure, or a ping.
 * - `pending`: due at `next_at`.
 * - `sending`: claimed by a process until `lease_until`. The fence tells claims apart.
 * - `sent`: the message is there, at `ref`.
 * - `kept`: given up. The result waits until a person asks for it.
 */

import { and, eq, gte, inArray, lt, sql } from 'drizzle-orm';
import type { Json, MessageRef } from '../../chat.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { ticksOf } from '../../concurrency/ticks.ts';
import { createBatchedWrites } from '../../db/batched-writes.ts';
import type { Database } from '../../db/connect.ts';
import { interval } from '../../db/interval.ts';
import { cachedQuery } from '../../db/query-cache.ts';
import { deliveries } from '../../db/schema/schema.ts';
import { isInPartition } from '../replicas/partition-store.ts';
import { type Partition, wholePartition } from '../replicas/peers.ts';
import { isLostRace, lockJobs } from '../state/job-store.ts';
import { closeFinishedAfterMs, finishWritesTickMs, giveUpPostingAfterMs, pingAfterMs } from '../timings.ts';

/** A row of the table. */
export type Delivery = typeof deliveries.$inferSelect;

/** The statements of deliveries. */
export type DeliveryStore = ReturnType<typeof createDeliveryStore>;

/** The end of one delivery. With `ping`, a ping follows it if the job took longer than `pingAfterMs`. */
type Finished = {
  delivery: Delivery;
  state: 'sent' | 'kept';
  ref: MessageRef | null;
  error: string | null;
  ping: boolean;
};

/**
 * `lost`: the claim was lost before, and nothing changed. `followed`: another delivery is due in the channel. `last`:
 * none is.
 */
type End = 'lost' | 'last' | 'followed';

/** Rows in one statement. */
const maxRows = 100;

/** Returns the statements. `batchClock` is the clock of batched writes. Each write is made at once without it. */
export function createDeliveryStore(db: Database, batchClock?: Clock) {
  const isHeld = (delivery: Delivery) =>
    and(eq(deliveries.id, delivery.id), eq(deliveries.state, 'sending'), eq(deliveries.fence, delivery.fence));

  /**
   * Finishes deliveries. Closes the job of each, unless another delivery of that job is open or a ping follows.
   *
   * The states stand in subqueries, so that the planner takes no index of a state. Such an index is full of earlier
   * rows: 5,000 entries for 32 rows.
   */
  async function finishAll(ended: Finished[]): Promise<End[]> {
    const given = ended.map(({ delivery: { id, job, fence }, ...how }) => ({ id, job, fence, ...how }));
    const rows = await db.run(sql`
      with given as (
        select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
          as g(id bigint, job bigint, fence int, state text, ref jsonb, error text, ping boolean)
      ), locked as (${lockJobs(sql`select job from given`)}), done as (
        update deliveries e set state = g.state, lease_until = null, ref = g.ref, error = g.error, updated_at = ${db.now}
        from given g
        where e.id = g.id and e.state = (select 'sending') and e.fence = g.fence and e.id = any(array(select id from given))
          and e.job = any(array(select id from locked))
        returning e.id, e.job, e.channel, g.ping and
          (select j.created_at < ${db.now} - ${interval(pingAfterMs)} from jobs j where j.id = e.job) as ping
      ), pinged as (
        insert into deliveries (job, kind, channel, next_at, created_at, updated_at)
        select job, 'ping', channel, ${db.now}, ${db.now}, ${db.now} from done where ping on conflict (job, kind) do nothing
      ), closed as (
        update jobs set state = 'closed', closed_at = ${db.now}, updated_at = ${db.now}
        where id = any(array(select job from done where not ping))
          and state = any((select array['ready', 'failed', 'cancelled'])::text[]) and not exists (
          select 1 from deliveries d where d.job = jobs.id and d.state in ('pending', 'sending')
            and d.id not in (select id from done))
      )
      select id, ping or exists (select 1 from deliveries o where o.channel = done.channel and o.state = 'pending'
        and o.next_at <= ${db.now}) as followed from done`);
    const ends = new Map(rows.map(({ id, followed }) => [Number(id), followed ? 'followed' : 'last'] as const));
    return ended.map(({ delivery }) => ends.get(delivery.id) ?? 'lost');
  }
  // Many deliveries end at one moment when many jobs do. Those that end during a write go into the next one.
  const finish = createBatchedWrites(finishAll, maxRows, { ticks: ticksOf(batchClock, finishWritesTickMs) });

  const selectRefs = cachedQuery(db, ['given'], ({ given }) =>
    db.orm
      .select({ job: deliveries.job, ref: deliveries.ref })
      .from(deliveries)
      .where(
        and(
          sql`${deliveries.job} = any(array(select jsonb_array_elements_text(${given}::jsonb)::bigint))`,
          inArray(deliveries.kind, ['result', 'failure']),
          eq(deliveries.state, 'sent'),
        ),
      ),
  );
  // Pings that are due at one moment share a statement.
  const findRef = createBatchedWrites(async (given: number[]) => {
    const rows = await selectRefs({ given: JSON.stringify(given) });
    const refs = new Map(rows.map(({ job, ref }) => [job, ref ?? undefined]));
    return given.map((job) => refs.get(job));
  }, maxRows);

  /**
   * Each condition is a subquery about one row. A join would read the whole backlog for every claim: 39 ms for 20,000
   * rows against 2 ms.
   *
   * The planner expects `is null` to hold for one row in 200, and would read and sort the backlog for so few. It
   * expects `is distinct from 1` to hold for nearly all rows, and stops at the limit: 130 ms against 4.
   */
  const claimDue = cachedQuery(
    db,
    ['leaseMs', 'limit', 'platforms', 'of', 'mine'],
    ({ leaseMs, limit, platforms, ...partition }) =>
      db.orm
        .update(deliveries)
        .set({
          state: 'sending',
          fence: sql`${deliveries.fence} + 1`,
          attempts: sql`${deliveries.attempts} + 1`,
          leaseUntil: sql`${db.now} + ${interval(leaseMs)}`,
          updatedAt: db.now,
        })
        .where(
          // As an array, so that the planner looks each of them up instead of walking the table.
          sql`${deliveries.id} = any(array(select d.id from deliveries d
          where d.state = 'pending' and d.next_at <= ${db.now}
            and ${isInPartition(partition, { id: sql`d.job`, since: sql`d.next_at`, now: db.now })}
            and (select 1 from jobs j where j.id = d.job
              and (${platforms}::jsonb is null or j.platform in (select jsonb_array_elements_text(${platforms}::jsonb)))
              and (j.progress_until is null or j.progress_until < ${db.now}) limit 1) is not null
            and (select 1 from deliveries o where o.channel = d.channel and o.state = 'sending' limit 1)
              is distinct from 1
            and (select 1 from deliveries o where o.channel = d.channel and o.state = 'pending'
              and o.next_at <= ${db.now} and o.id < d.id limit 1) is distinct from 1
          order by d.next_at, d.id limit ${limit}::int for update of d skip locked))`,
        )
        .returning(),
  );

  return {
    /**
     * Claims at most `limit` pending deliveries that are due, the oldest first. It claims one in each channel, and none
     * while an edit shows the progress of its job.
     *
     * Deliveries of other platforms than `platforms` are left to a process that has them. Deliveries outside of the
     * partition, by the number of their job, are left to its replica for a second.
     *
     * Two replicas that claim at one moment see the same first row of a channel, and one of them skips it. If an older
     * row became due in between, they see different ones. A unique index then refuses the claim of the later replica,
     * which gets none.
     */
    async claim(
      leaseMs: number,
      limit: number,
      platforms?: readonly string[],
      { of, mine }: Partition = wholePartition,
    ): Promise<Delivery[]> {
      try {
        return await claimDue({ leaseMs, limit, platforms: platforms ? JSON.stringify(platforms) : null, of, mine });
      } catch (error) {
        if (isLostRace(error)) return [];
        throw error;
      }
    },

    /** Saves notes for a later try. Returns false when the claim is lost, and then nothing more may be done. */
    async note(delivery: Delivery, notes: Record<string, Json>): Promise<boolean> {
      const rows = await db.run(sql`update deliveries set notes = notes || ${JSON.stringify(notes)}::jsonb
        where id = ${delivery.id} and state = 'sending' and fence = ${delivery.fence} returning id`);
      return rows.length > 0;
    },

    /** Extends the claim to `leaseMs` from now. Returns false when it is lost. */
    async renew(delivery: Delivery, leaseMs: number): Promise<boolean> {
      const rows = await db.orm
        .update(deliveries)
        .set({ leaseUntil: sql`${db.now} + ${interval(leaseMs)}` })
        .where(isHeld(delivery))
        .returning({ id: deliveries.id });
      return rows.length > 0;
    },

    /** Finishes a delivery whose message is at `ref`. With `ping`, a ping follows if the job took long. */
    sent: (delivery: Delivery, ref: MessageRef, ping = false) =>
      finish({ delivery, state: 'sent', ref, error: null, ping }),

    /** Gives up a delivery. Its result stays with the job, and a person can ask for it. */
    kept: (delivery: Delivery, error: string) => finish({ delivery, state: 'kept', ref: null, error, ping: false }),

    /**
     * Puts a delivery back for `delayMs`. Returns false, and changes nothing, if it is too old or its claim is lost.
     */
    async putBack(delivery: Delivery, delayMs: number, error: string): Promise<boolean> {
      const rows = await db.orm
        .update(deliveries)
        .set({
          state: 'pending',
          leaseUntil: null,
          nextAt: sql`${db.now} + ${interval(delayMs)}`,
          error,
          updatedAt: db.now,
        })
        .where(and(isHeld(delivery), gte(deliveries.createdAt, sql`${db.now} - ${interval(giveUpPostingAfterMs)}`)))
        .returning({ id: deliveries.id });
      return rows.length > 0;
    },

    /** Moves a delivery to another of its places at once. Notes and attempts of the last place do not count there. */
    moveToPlace: (delivery: Delivery, placeIndex: number, error: string) =>
      db.orm
        .update(deliveries)
        .set({
          state: 'pending',
          leaseUntil: null,
          nextAt: db.now,
          rung: placeIndex,
          attempts: 0,
          notes: {},
          error,
          updatedAt: db.now,
        })
        .where(isHeld(delivery)),

    /** Puts back deliveries whose claim expired because its holder died. The next holder goes on from the notes. */
    expire: () =>
      db.orm
        .update(deliveries)
        .set({ state: 'pending', leaseUntil: null, nextAt: db.now, updatedAt: db.now })
        .where(and(eq(deliveries.state, 'sending'), lt(deliveries.leaseUntil, db.now))),

    /** Returns the message that shows the result or the failure of a job, if it was posted. */
    shownAt: (job: number): Promise<MessageRef | undefined> => findRef(job),

    /** Closes jobs that no delivery closed: their last two ended at one moment, and each saw the other unfinished. */
    closeFinished: () =>
      db.run(sql`update jobs set state = 'closed', closed_at = ${db.now}, updated_at = ${db.now}
        where state in ('ready', 'failed', 'cancelled') and updated_at < ${db.now} - ${interval(closeFinishedAfterMs)}
          and exists (select 1 from deliveries d where d.job = jobs.id)
          and not exists (select 1 from deliveries d where d.job = jobs.id and d.state in ('pending', 'sending')) returning id`),
  };
}
