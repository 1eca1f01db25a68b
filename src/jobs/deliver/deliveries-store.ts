/** All SQL about deliveries: what must be said, what is being said, and what was. */

import { and, eq, gte, inArray, lt, sql } from 'drizzle-orm';
import type { Json, MessageRef } from '../../chat.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { ticksOf } from '../../concurrency/ticks.ts';
import { createBatchedWrites } from '../../db/batched-writes.ts';
import type { Database } from '../../db/connect.ts';
import { interval } from '../../db/interval.ts';
import { cachedQuery } from '../../db/query-cache.ts';
import { deliveries } from '../../db/schema/schema.ts';
import { isFor } from '../replicas/partition-store.ts';
import { type Partition, wholePartition } from '../replicas/peers.ts';
import { isOutrun, lockJobs } from '../state/job-store.ts';
import { giveUpPostingAfterMs, pingAfterMs } from '../timings.ts';

export type Delivery = typeof deliveries.$inferSelect;
export type DeliveryStore = ReturnType<typeof createDeliveryStore>;

type Finished = {
  delivery: Delivery;
  state: 'sent' | 'kept';
  ref: MessageRef | null;
  error: string | null;
  ping: boolean;
};
/** Whether the claim was held to its end, and whether another delivery is due in the channel that it frees. */
type End = 'lost' | 'last' | 'followed';
/** Rows in one statement. */
const mostAtOnce = 100;
/** What was posted is there: nobody waits for it to be booked but the next message to the same channel. Milliseconds. */
const moment = 50;

/** `pace` is the clock by which what was said within a moment is booked together. */
export function createDeliveryStore(db: Database, batchClock?: Clock) {
  const held = (delivery: Delivery) =>
    and(eq(deliveries.id, delivery.id), eq(deliveries.state, 'sending'), eq(deliveries.fence, delivery.fence));

  /**
   * Finishes deliveries, and with each its job, if it was the last that had to be said of it: a ping may have to follow.
   * States are questions of their own, so that no index of what is in them is taken: it is full of what was, 5,000
   * entries for 32 rows.
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
  // Many end at one moment when many jobs do: what ends while others are being written is written with the next.
  const finish = createBatchedWrites(finishAll, mostAtOnce, { ticks: ticksOf(batchClock, moment) });

  const selectPlaces = cachedQuery(db, ['given'], ({ given }) =>
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
  // Pings that are due at one moment ask together.
  const place = createBatchedWrites(async (given: number[]) => {
    const rows = await selectPlaces({ given: JSON.stringify(given) });
    const refs = new Map(rows.map(({ job, ref }) => [job, ref ?? undefined]));
    return given.map((job) => refs.get(job));
  }, mostAtOnce);

  /**
   * The conditions are questions about one row at a time, because a join would read the whole backlog for every claim:
   * 39 ms for 20,000 against 2. The planner expects one row in 200 to make `is null` true, and would read and sort the
   * backlog for so few; it expects nearly all rows to be `distinct from 1`, and stops at the limit: 130 ms against 4.
   */
  const claimDue = cachedQuery(
    db,
    ['lease', 'limit', 'platforms', 'of', 'mine'],
    ({ lease, limit, platforms, ...partition }) =>
      db.orm
        .update(deliveries)
        .set({
          state: 'sending',
          fence: sql`${deliveries.fence} + 1`,
          attempts: sql`${deliveries.attempts} + 1`,
          leaseUntil: sql`${db.now} + ${interval(lease)}`,
          updatedAt: db.now,
        })
        .where(
          // As an array, so that the planner looks each of them up instead of walking the table.
          sql`${deliveries.id} = any(array(select d.id from deliveries d
          where d.state = 'pending' and d.next_at <= ${db.now}
            and ${isFor(partition, { id: sql`d.job`, since: sql`d.next_at`, now: db.now })}
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
     * Claims what is due: at most one in each channel, oldest first, and nothing whose progress is being edited.
     * Two replicas that claim at one moment see the same first row of a channel, so one of them skips it. When an older
     * one has become due in between, they see different ones: the unique index then leaves the later of them nothing.
     * What belongs on other platforms than `platforms` is left to a process that has them; what is no part of `share`, by
     * the number of its job, is left to whoever has it, for a second.
     */
    async claim(
      lease: number,
      limit: number,
      platforms?: readonly string[],
      { of, mine }: Partition = wholePartition,
    ): Promise<Delivery[]> {
      try {
        return await claimDue({ lease, limit, platforms: platforms ? JSON.stringify(platforms) : null, of, mine });
      } catch (error) {
        if (isOutrun(error)) return [];
        throw error;
      }
    },

    /** Saves what a later try must know. Gives false when the claim is lost: then nothing more may be done. */
    async note(delivery: Delivery, notes: Record<string, Json>): Promise<boolean> {
      const rows = await db.run(sql`update deliveries set notes = notes || ${JSON.stringify(notes)}::jsonb
        where id = ${delivery.id} and state = 'sending' and fence = ${delivery.fence} returning id`);
      return rows.length > 0;
    },

    /** Keeps a long upload claimed. */
    async renew(delivery: Delivery, lease: number): Promise<boolean> {
      const rows = await db.orm
        .update(deliveries)
        .set({ leaseUntil: sql`${db.now} + ${interval(lease)}` })
        .where(held(delivery))
        .returning({ id: deliveries.id });
      return rows.length > 0;
    },

    /** It was said, and this is where; with `ping`, a person who waited for long is told of it by another message. */
    sent: (delivery: Delivery, ref: MessageRef, ping = false) =>
      finish({ delivery, state: 'sent', ref, error: null, ping }),

    /** It cannot be said anywhere: it stays with the job, to be asked for. */
    kept: (delivery: Delivery, error: string) => finish({ delivery, state: 'kept', ref: null, error, ping: false }),

    /** Not now; again after `delay`. Gives false, and changes nothing, for one that is too old or whose claim is lost. */
    async later(delivery: Delivery, delay: number, error: string): Promise<boolean> {
      const rows = await db.orm
        .update(deliveries)
        .set({
          state: 'pending',
          leaseUntil: null,
          nextAt: sql`${db.now} + ${interval(delay)}`,
          error,
          updatedAt: db.now,
        })
        .where(and(held(delivery), gte(deliveries.createdAt, sql`${db.now} - ${interval(giveUpPostingAfterMs)}`)))
        .returning({ id: deliveries.id });
      return rows.length > 0;
    },

    /** Not here: again at the next place, where nothing that was noted for this one counts. */
    elsewhere: (delivery: Delivery, rung: number, error: string) =>
      db.orm
        .update(deliveries)
        .set({
          state: 'pending',
          leaseUntil: null,
          nextAt: db.now,
          rung,
          attempts: 0,
          notes: {},
          error,
          updatedAt: db.now,
        })
        .where(held(delivery)),

    /** Claims whose holder died: somebody else tries again, with the notes that were left. */
    expire: () =>
      db.orm
        .update(deliveries)
        .set({ state: 'pending', leaseUntil: null, nextAt: db.now, updatedAt: db.now })
        .where(and(eq(deliveries.state, 'sending'), lt(deliveries.leaseUntil, db.now))),

    /** Where the result or the failure of a job stands, if it was posted. */
    shownAt: (job: number): Promise<MessageRef | undefined> => place(job),

    /** Closes jobs whose last two deliveries ended at one moment, each seeing the other unfinished. */
    closeFinished: () =>
      db.run(sql`update jobs set state = 'closed', closed_at = ${db.now}, updated_at = ${db.now}
        where state in ('ready', 'failed', 'cancelled') and updated_at < ${db.now} - interval '1 minute'
          and exists (select 1 from deliveries d where d.job = jobs.id)
          and not exists (select 1 from deliveries d where d.job = jobs.id and d.state in ('pending', 'sending')) returning id`),
  };
}
