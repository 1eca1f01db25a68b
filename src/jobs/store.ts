/** What people and platforms read and change of jobs, in SQL. The arrows of the diagram are in `transitions-store.ts`. */
import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { MessageRef } from '../chat.ts';
import type { Database } from '../db/connect.ts';
import { jobs } from '../db/schema.ts';
import type { Failure } from '../errors.ts';

export type Job = typeof jobs.$inferSelect;
export type NewJob = Pick<
  typeof jobs.$inferInsert,
  | 'platform'
  | 'event'
  | 'tenant'
  | 'person'
  | 'channel'
  | 'origin'
  | 'call'
  | 'private'
  | 'operation'
  | 'model'
  | 'request'
  | 'refs'
  | 'parent'
  | 'parentImage'
  | 'key'
  | 'lane'
  | 'ack'
>;
/** Whose jobs: people of different platforms or tenants never meet. */
export type Owner = Pick<Job, 'platform' | 'tenant' | 'person'>;

export type JobStore = ReturnType<typeof createJobStore>;

/** Whether a statement failed because another process was quicker to take a place that is there once. */
export function isTaken(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === '23505';
}

/** Milliseconds as an SQL interval. */
export const span = (milliseconds: number): SQL => sql`(${milliseconds}::float8 * interval '1 millisecond')`;

/** A result waits this long for the acknowledgement to be shown first, in milliseconds: it must not be overwritten by it. */
const acknowledging = 10_000;

/** States in which a job still costs patience: it counts against how many a person may have on the way. */
const open: Job['state'][] = ['queued', 'submitting', 'unknown', 'running', 'preparing'];

export function createJobStore(db: Database) {
  const ownedBy = (owner: Owner) =>
    and(eq(jobs.platform, owner.platform), eq(jobs.tenant, owner.tenant), eq(jobs.person, owner.person));

  /** The job that this event made, if it made one. */
  async function ofEvent({ platform, event }: Pick<Job, 'platform' | 'event'>): Promise<Job | undefined> {
    const [row] = await db.orm
      .select()
      .from(jobs)
      .where(and(eq(jobs.platform, platform), eq(jobs.event, event)));
    return row;
  }

  return {
    ofEvent,

    /**
     * Inserts once per platform event; `deadline` is in milliseconds from now. `isNew` is false when this event
     * already made a job, which is then returned.
     */
    async insert(row: NewJob, deadline: number): Promise<{ job: Job; isNew: boolean }> {
      const [job] = await db.orm
        .insert(jobs)
        .values({
          ...row,
          createdAt: db.now,
          updatedAt: db.now,
          nextAt: db.now,
          deadlineAt: sql`${db.now} + ${span(deadline)}`,
          progressUntil: sql`${db.now} + ${span(acknowledging)}`,
        })
        .onConflictDoNothing({ target: [jobs.platform, jobs.event] })
        .returning();
      if (job) return { job, isNew: true };
      const earlier = await ofEvent(row);
      if (!earlier) throw new Error('a job was neither inserted nor there');
      return { job: earlier, isNew: false };
    },

    async find(id: number): Promise<Job | undefined> {
      const [row] = await db.orm.select().from(jobs).where(eq(jobs.id, id));
      return row;
    },

    openCount: (owner: Owner) => db.orm.$count(jobs, and(ownedBy(owner), inArray(jobs.state, open))),

    /** The newest jobs of a person, those on the way first. */
    recent: (owner: Owner, limit: number) =>
      db.orm
        .select()
        .from(jobs)
        .where(ownedBy(owner))
        .orderBy(desc(inArray(jobs.state, open)), desc(jobs.id))
        .limit(limit),

    /** How many jobs of everybody wait in front of this one, in its lane. */
    ahead: (job: Job) =>
      db.orm.$count(
        jobs,
        and(eq(jobs.state, 'queued'), eq(jobs.key, job.key), eq(jobs.lane, job.lane), sql`id < ${job.id}`),
      ),

    /**
     * Nobody wants it. In the queue it ends here and costs nothing; once sent it goes on, but is not posted.
     * Undefined when there is nothing left to cancel.
     */
    async cancel(id: number): Promise<'cancelled' | 'withdrawn' | undefined> {
      const rows = await db.run(sql`
        with moved as (
          update jobs set updated_at = ${db.now}, withdrawn = (state <> 'queued'),
            outcome = case when state = 'queued' then 'cancelled' end,
            finished_at = case when state = 'queued' then ${db.now} else finished_at end,
            state = case when state = 'queued' then 'cancelled' else state end
          where id = ${id} and not withdrawn and ${inArray(sql`state`, open)}
          returning id, channel, state
        ), said as (
          insert into deliveries (job, kind, channel, next_at, created_at, updated_at)
          select id, 'failure', channel, ${db.now}, ${db.now}, ${db.now} from moved
          on conflict (job, kind) do nothing
        )
        select state from moved`);
      const [row] = rows;
      return row && (row.state === 'cancelled' ? 'cancelled' : 'withdrawn');
    },

    /**
     * Where its acknowledgement stands. The first is kept, for it is the one that the result replaces; but the place of
     * a private answer counts more than the public message that the call was acknowledged with.
     */
    shown(id: number, ref: MessageRef) {
      const here = sql`${JSON.stringify(ref)}::jsonb`;
      const ack = sql`case when ${jobs.private} then ${here} else coalesce(${jobs.ack}, ${here}) end`;
      return db.orm.update(jobs).set({ ack, progressUntil: null }).where(eq(jobs.id, id));
    },

    /**
     * Jobs whose acknowledgement is due for a new look, the longest unseen first. Until `lease` is over nobody else
     * edits them and no result replaces them, so that progress never lands on top of a result.
     */
    claimProgress: (gap: number, lease: number, limit: number) =>
      db.orm
        .update(jobs)
        .set({ progressAt: db.now, progressUntil: sql`${db.now} + ${span(lease)}` })
        .where(
          inArray(
            jobs.id,
            sql`(select id from jobs where state in ('submitting', 'unknown', 'running', 'preparing')
              and ack is not null and not withdrawn
              and (progress_at is null or progress_at < ${db.now} - ${span(gap)})
              and (progress_until is null or progress_until < ${db.now})
              order by progress_at nulls first, id limit ${limit} for update skip locked)`,
          ),
        )
        .returning(),

    /** The edit is over, so the result need not wait for it. */
    progressShown: (id: number) => db.orm.update(jobs).set({ progressUntil: null }).where(eq(jobs.id, id)),

    /** What PhotoGPT made cannot be had any more, so that the job counts as failed. It may be asked for once more then. */
    lost: (id: number, failure: Failure) =>
      db.orm
        .update(jobs)
        .set({ outcome: 'failed', failure, updatedAt: db.now })
        .where(and(eq(jobs.id, id), eq(jobs.outcome, 'done'))),

    /**
     * Takes a job and everything that hangs on it out of the database. PhotoGPT goes on listing it, so its id is booked:
     * otherwise it would look like somebody else's, or like the one that a request in doubt is waiting for.
     */
    remove: (id: number) =>
      db.run(sql`
        with removed as (delete from jobs where id = ${id} returning key, remote_id, credits, submitted_at)
        insert into orphans (key, remote_id, verdict, credits, remote_created_at, seen_at)
        select key, remote_id, 'deleted', credits, submitted_at, ${db.now} from removed where remote_id is not null
        on conflict do nothing returning remote_id`),

    /** The bot was thrown out of a place: what is on the way ends unposted, and what waits to be said is not said. */
    abandon: (platform: string, tenant: string) =>
      db.run(sql`
        with ended as (
          update jobs set withdrawn = true, updated_at = ${db.now},
            outcome = case when state = 'queued' then 'cancelled' else outcome end,
            closed_at = case when state in ('queued', 'ready', 'failed', 'cancelled') then ${db.now} end,
            state = case when state in ('queued', 'ready', 'failed', 'cancelled') then 'closed' else state end
          where platform = ${platform} and tenant = ${tenant} and state <> 'closed' returning id
        )
        update deliveries set state = 'kept', error = 'the bot was removed from there', updated_at = ${db.now}
        where state = 'pending' and job in (select id from ended) returning id`),

    /** For each state short of the end: how many jobs, and how long ago the longest unchanged one changed, in seconds. */
    async ages(): Promise<{ state: string; count: number; oldest: number }[]> {
      const rows = await db.run(sql`select state, count(*)::int as count,
        extract(epoch from ${db.now} - min(updated_at))::float8 as oldest from jobs where state <> 'closed' group by state`);
      return rows.map(({ state, count, oldest }) => ({
        state: String(state),
        count: Number(count),
        oldest: Math.max(0, Number(oldest)),
      }));
    },
  };
}
