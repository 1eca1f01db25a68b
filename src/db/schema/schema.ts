/**
 * The tables of jobs, deliveries, API keys and short-lived entries. Others are in the files beside this one.
 *
 * The states of ARCHITECTURE.md are repeated as constraints, so that a row that contradicts itself cannot exist.
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { Call, Json, MessageRef, Origin } from '../../chat.ts';
import { among, created, id, updated, when } from './columns.ts';

/** The states of a job: see ARCHITECTURE.md. */
export const jobStates = [
  'queued',
  'submitting',
  'unknown',
  'running',
  'preparing',
  'ready',
  'failed',
  'cancelled',
  'closed',
] as const;
/** The ways in which a job ends. */
export const outcomes = ['done', 'failed', 'cancelled'] as const;
/** The kinds of PhotoGPT work. */
export const operations = ['image', 'upscale', 'video', 'train'] as const;
/** The kinds of messages about a job. */
export const deliveryKinds = ['result', 'failure', 'ping'] as const;
/** The states of a delivery. One that is `kept` reached no place, and `/show` shows it. */
export const deliveryStates = ['pending', 'sending', 'sent', 'kept'] as const;

/** A picture that a request refers to: its id here, its role in the request, and PhotoGPT's id and URL once uploaded. */
export type Reference = { media: string; role: string; remoteId?: string; url?: string };
/** One output of a finished job. `file` is the address of a downloadable file, once a video has one. */
export type Output = { kind: 'image' | 'video'; id: string; url?: string; file?: string };

/**
 * The condition for jobs that wait to be sent, in the words of their index. A query in other words may get another index
 * that has them too. A planner whose figures are from before the backlog takes all indexes for equally good, and then
 * reads and sorts the whole backlog.
 */
export const inQueue = sql`(state = 'queued') is true`;
/** The condition for jobs that end at their deadline, in the words of their index. With parameters for the states, the planner could not tell that the index fits. */
export const mayBeOverdue = sql`state in ('queued', 'running', 'preparing')`;
/** The condition for trainings that have not ended, in the words of the index that allows one for each model. */
export const inTraining = sql`operation = 'train' and state in ('queued', 'submitting', 'unknown', 'running')`;

/** Jobs: one row for each piece of PhotoGPT work, from the moment of acceptance. */
export const jobs = pgTable(
  'jobs',
  {
    id: id(),
    platform: text('platform').notNull(),
    /** The platform's id of the event that asked for it. It has a suffix when one event makes several jobs. */
    event: text('event').notNull(),
    tenant: text('tenant').notNull(),
    person: text('person').notNull(),
    /** Platform, tenant and channel in one word. Deliveries queue by it. */
    channel: text('channel').notNull(),
    origin: jsonb('origin').$type<Origin>().notNull(),
    call: jsonb('call').$type<Call>().notNull(),
    private: boolean('private').notNull(),
    operation: text('operation', { enum: operations }).notNull(),
    model: text('model').notNull(),
    /** The body for PhotoGPT, without the pictures that `refs` adds. */
    request: jsonb('request').$type<Record<string, unknown>>().notNull(),
    refs: jsonb('refs').$type<Reference[]>().notNull().default([]),
    /** The job that it was made from, and the number of its picture. */
    parent: bigint('parent', { mode: 'number' }),
    parentImage: integer('parent_image'),

    /** Digest of the API key that pays for it. */
    key: text('key').notNull(),
    /** Its lane: a price, or `unpriced`. Jobs of one lane look alike in PhotoGPT's list. */
    lane: text('lane').notNull(),
    state: text('state', { enum: jobStates }).notNull().default('queued'),
    outcome: text('outcome', { enum: outcomes }),
    /** Rises with every claim. A step that lost its claim cannot write. */
    fence: integer('fence').notNull().default(0),
    attempts: integer('attempts').notNull().default(0),
    nextAt: when('next_at').notNull().defaultNow(),
    leaseUntil: when('lease_until'),
    deadlineAt: when('deadline_at').notNull(),
    /** Set just before the paid request leaves. While it is empty, nothing was sent. */
    sentAt: when('sent_at'),
    unknownAt: when('unknown_at'),
    /** Whether another ambiguous job spoilt its evidence. Absence from the list then proves nothing for it. */
    tainted: boolean('tainted').notNull().default(false),
    remoteId: text('remote_id'),
    submittedAt: when('submitted_at'),
    /** Time of its end on PhotoGPT's clock, as far as it is known. */
    finishedAt: when('finished_at'),
    closedAt: when('closed_at'),
    credits: doublePrecision('credits'),
    /** Its cost in credits as expected at acceptance. Empty when no price was known. */
    expected: doublePrecision('expected'),
    outputs: jsonb('outputs').$type<Output[]>().notNull().default([]),
    failure: jsonb('failure').$type<{ code: string; details: unknown }>(),
    /** Whether the person cancelled it after it was sent. PhotoGPT still runs it, and the result is not posted. */
    withdrawn: boolean('withdrawn').notNull().default(false),
    /** The place of the acknowledging message, which the result replaces. */
    ack: jsonb('ack').$type<MessageRef>(),
    /** Time of the next update of the acknowledging message. */
    progressAt: when('progress_at'),
    /** End of the lease of such an update. The result waits for it. */
    progressUntil: when('progress_until'),
    createdAt: created(),
    updatedAt: updated(),
  },
  (t) => [
    unique('jobs_event').on(t.platform, t.event),
    uniqueIndex('jobs_remote').on(t.key, t.remoteId).where(sql`remote_id is not null`),
    uniqueIndex('jobs_lane').on(t.key, t.lane).where(sql`state in ('submitting', 'unknown')`),
    index('jobs_waiting').on(t.key, t.lane, t.nextAt, t.id).where(inQueue),
    index('jobs_running').on(t.key, t.submittedAt, t.id).where(sql`state = 'running'`),
    index('jobs_progress')
      .on(sql`coalesce(progress_at, created_at)`, t.id)
      .where(sql`state in ('submitting', 'unknown', 'running', 'preparing') and ack is not null and not withdrawn`),
    index('jobs_deadline').on(t.deadlineAt).where(mayBeOverdue),
    index('jobs_preparing').on(t.nextAt, t.id).where(sql`state = 'preparing'`),
    index('jobs_open').on(t.state, t.updatedAt).where(sql`state <> 'closed'`),
    index('jobs_person').on(t.platform, t.tenant, t.person, t.id.desc()),
    index('jobs_spending').on(t.platform, t.tenant, t.createdAt, t.person, t.outcome, t.credits, t.expected),
    index('jobs_unfinished').on(t.platform, t.tenant, t.person).where(sql`outcome is null`),
    uniqueIndex('jobs_training').on(sql`(request->>'identity')`).where(inTraining),
    check('jobs_state', among('state', jobStates)),
    check('jobs_operation', among('operation', operations)),
    check('jobs_outcome', sql`outcome is null or ${among('outcome', outcomes)}`),
    check('jobs_closed', sql`(state = 'closed') = (closed_at is not null)`),
    check('jobs_ended', sql`(state in ('ready', 'failed', 'cancelled', 'closed')) = (outcome is not null)`),
    check('jobs_remote_known', sql`state not in ('running', 'preparing') or remote_id is not null`),
    check('jobs_leased', sql`state <> 'submitting' or lease_until is not null`),
    check('jobs_unknown', sql`(state = 'unknown') = (unknown_at is not null)`),
    check('jobs_failure', sql`(outcome = 'failed') = (failure is not null) or outcome is null`),
  ],
);

/** Deliveries: the outbox of messages about jobs. */
export const deliveries = pgTable(
  'deliveries',
  {
    id: id(),
    job: bigint('job', { mode: 'number' })
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    kind: text('kind', { enum: deliveryKinds }).notNull(),
    /** The channel of the job. One delivery at a time is on its way into each channel. */
    channel: text('channel').notNull(),
    state: text('state', { enum: deliveryStates }).notNull().default('pending'),
    /** The fallback place in use: 0 is the place of the call, then come the parent channel and a direct message. */
    rung: integer('rung').notNull().default(0),
    fence: integer('fence').notNull().default(0),
    attempts: integer('attempts').notNull().default(0),
    nextAt: when('next_at').notNull().defaultNow(),
    leaseUntil: when('lease_until'),
    /** Notes of the platform on parts that it has sent, for an attempt that goes on. */
    notes: jsonb('notes').$type<Record<string, unknown>>().notNull().default({}),
    /** The place of the posted message. */
    ref: jsonb('ref').$type<MessageRef>(),
    error: text('error'),
    createdAt: created(),
    updatedAt: updated(),
  },
  (t) => [
    unique('deliveries_once').on(t.job, t.kind),
    index('deliveries_pending').on(t.nextAt, t.id).where(sql`state = 'pending'`),
    index('deliveries_channel').on(t.channel, t.id).where(sql`state = 'pending'`),
    uniqueIndex('deliveries_one_per_channel').on(t.channel).where(sql`state = 'sending'`),
    check('deliveries_kind', among('kind', deliveryKinds)),
    check('deliveries_state', among('state', deliveryStates)),
    check('deliveries_leased', sql`(state = 'sending') = (lease_until is not null)`),
    check('deliveries_sent', sql`state <> 'sent' or ref is not null`),
  ],
);

/** The facts about each API key. `id` is a digest, never the key. */
export const keys = pgTable('keys', {
  id: text('id').primaryKey(),
  firstSeenAt: when('first_seen_at').notNull().defaultNow(),
  /** Time at which a job of another program was first seen on it. From then on no listed job is adopted. */
  foreignAt: when('foreign_at'),
  /** End of a pause that PhotoGPT asked for. No request leaves before. */
  pausedUntil: when('paused_until'),
  /** A count that only older versions write, and that no version reads. The column can go once none of them runs. */
  pauses: integer('pauses').notNull().default(0),
  /** The behaviour of PhotoGPT's job list, as far as its answers told. */
  capabilities: jsonb('capabilities').$type<Record<string, unknown>>().notNull().default({}),
  /** Tokens for API calls, as of `filledAt`. All replicas take theirs from here. */
  calls: doublePrecision('calls').notNull().default(0),
  filledAt: when('filled_at').notNull().defaultNow(),
  /** The part of the allowed rate, from 0 to 1, that PhotoGPT bore as of `slowedAt`. Lower after it asked for less. */
  bearable: doublePrecision('bearable').notNull().default(1),
  slowedAt: when('slowed_at').notNull().defaultNow(),
});

/** Jobs on PhotoGPT's list without a row here. They account for spent credits, and none is taken for one of ours. */
export const orphans = pgTable(
  'orphans',
  {
    key: text('key').notNull(),
    remoteId: text('remote_id').notNull(),
    verdict: text('verdict', { enum: ['quarantined', 'foreign', 'late', 'deleted', 'training'] }).notNull(),
    credits: doublePrecision('credits'),
    remoteCreatedAt: when('remote_created_at'),
    seenAt: when('seen_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.key, t.remoteId] })],
);

/** Leases of work that one process should do. A lease is an optimisation: two holders waste calls, and nothing else. */
export const leases = pgTable('leases', {
  name: text('name').primaryKey(),
  owner: text('owner').notNull(),
  epoch: integer('epoch').notNull(),
  until: when('until').notNull(),
});

/** The durations of each model, as a decaying histogram over logarithmic buckets. */
export const durations = pgTable('durations', {
  model: text('model').primaryKey(),
  buckets: jsonb('buckets').$type<number[]>().notNull(),
  updatedAt: updated(),
});

/**
 * Entries with an end: half-filled forms, calls too long for a button, locks, and events that were seen. The table has
 * its first name, `drafts`, because names in the database never change.
 */
export const ttlEntries = pgTable(
  'drafts',
  {
    key: text('key').primaryKey(),
    /** The content. JSON's null when only the key matters. */
    content: jsonb('content').$type<Json>(),
    until: when('until').notNull(),
  },
  (t) => [index('drafts_until').on(t.until)],
);
