/** Every table, with the states of ARCHITECTURE.md repeated as constraints: a row that contradicts itself cannot exist. */
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
export const outcomes = ['done', 'failed', 'cancelled'] as const;
export const operations = ['image', 'upscale', 'video', 'train'] as const;
export const deliveryKinds = ['result', 'failure', 'ping'] as const;
export const deliveryStates = ['pending', 'sending', 'sent', 'kept'] as const;

/** A picture that a request refers to: which kept picture, what it is for, and what PhotoGPT calls it once uploaded. */
export type Reference = { media: string; role: string; remoteId?: string; url?: string };
/** One output of a finished job, in order. `file` is the address of a downloadable file, once a video has one. */
export type Output = { kind: 'image' | 'video'; id: string; url?: string; file?: string };

/**
 * Jobs that wait to be sent, in the words of the index that is made for them. Whoever asks in other words may get another
 * index that has them too: a planner whose figures are from before there was a backlog thinks that all are equally good,
 * and reads and sorts all that waits.
 */
export const inQueue = sql`(state = 'queued') is true`;
/** Jobs that end at their deadline, in the words of their index: with values for the states, it would not be known to fit. */
export const mayBeOverdue = sql`state in ('queued', 'running', 'preparing')`;
/** Trainings that have not ended, in the words of the index that allows one for each model. */
export const inTraining = sql`operation = 'train' and state in ('queued', 'submitting', 'unknown', 'running')`;

/** One row for every piece of PhotoGPT work, from the moment it was accepted. */
export const jobs = pgTable(
  'jobs',
  {
    id: id(),
    platform: text('platform').notNull(),
    /** The platform's id of the event that asked for it, with a suffix where one event makes several jobs. */
    event: text('event').notNull(),
    tenant: text('tenant').notNull(),
    person: text('person').notNull(),
    /** Platform, tenant and channel in one word: deliveries queue by it. */
    channel: text('channel').notNull(),
    origin: jsonb('origin').$type<Origin>().notNull(),
    call: jsonb('call').$type<Call>().notNull(),
    private: boolean('private').notNull(),
    operation: text('operation', { enum: operations }).notNull(),
    model: text('model').notNull(),
    /** The body for PhotoGPT, without what `refs` will add. */
    request: jsonb('request').$type<Record<string, unknown>>().notNull(),
    refs: jsonb('refs').$type<Reference[]>().notNull().default([]),
    parent: bigint('parent', { mode: 'number' }),
    parentImage: integer('parent_image'),

    key: text('key').notNull(),
    /** Jobs that cannot be told apart in PhotoGPT's list share one: a price, or `unpriced`. */
    lane: text('lane').notNull(),
    state: text('state', { enum: jobStates }).notNull().default('queued'),
    outcome: text('outcome', { enum: outcomes }),
    /** Rises with every claim: a step that lost its claim cannot write. */
    fence: integer('fence').notNull().default(0),
    attempts: integer('attempts').notNull().default(0),
    nextAt: when('next_at').notNull().defaultNow(),
    leaseUntil: when('lease_until'),
    deadlineAt: when('deadline_at').notNull(),
    /** Set just before the paid request leaves: before it, nothing was sent. */
    sentAt: when('sent_at'),
    unknownAt: when('unknown_at'),
    /** Its evidence was spoilt by another ambiguous job, so absence proves nothing for it. */
    tainted: boolean('tainted').notNull().default(false),
    remoteId: text('remote_id'),
    submittedAt: when('submitted_at'),
    /** When it ended by PhotoGPT's own clock, as far as that is known. */
    finishedAt: when('finished_at'),
    closedAt: when('closed_at'),
    credits: doublePrecision('credits'),
    /** What it was expected to cost when it was asked for; absent where nobody knew. */
    expected: doublePrecision('expected'),
    outputs: jsonb('outputs').$type<Output[]>().notNull().default([]),
    failure: jsonb('failure').$type<{ code: string; details: unknown }>(),
    /** The person no longer wants it posted; PhotoGPT cannot be told. */
    withdrawn: boolean('withdrawn').notNull().default(false),
    /** Where the acknowledgement stands; the result takes its place. */
    ack: jsonb('ack').$type<MessageRef>(),
    /** When its acknowledgement is next worth a new look. */
    progressAt: when('progress_at'),
    /** Somebody is editing the acknowledgement until then: the result has to wait. */
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

/** What must still be said in chat about a job. */
export const deliveries = pgTable(
  'deliveries',
  {
    id: id(),
    job: bigint('job', { mode: 'number' })
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    kind: text('kind', { enum: deliveryKinds }).notNull(),
    /** One delivery at a time is on its way into each channel. */
    channel: text('channel').notNull(),
    state: text('state', { enum: deliveryStates }).notNull().default('pending'),
    /** How far down the ladder of places it is: where it was asked, the parent channel, a direct message. */
    rung: integer('rung').notNull().default(0),
    fence: integer('fence').notNull().default(0),
    attempts: integer('attempts').notNull().default(0),
    nextAt: when('next_at').notNull().defaultNow(),
    leaseUntil: when('lease_until'),
    notes: jsonb('notes').$type<Record<string, unknown>>().notNull().default({}),
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

/** What is known of each API key. `id` is a digest, never the key. */
export const keys = pgTable('keys', {
  id: text('id').primaryKey(),
  firstSeenAt: when('first_seen_at').notNull().defaultNow(),
  /** When a job that is not ours was first seen on it: from then on nothing is adopted. */
  foreignAt: when('foreign_at'),
  /** No request before then: PhotoGPT asked for a pause. */
  pausedUntil: when('paused_until'),
  /** Older versions count here what nobody reads; it can go once none of them runs beside this one. */
  pauses: integer('pauses').notNull().default(0),
  /** How PhotoGPT's job list behaves, as far as its answers told. */
  capabilities: jsonb('capabilities').$type<Record<string, unknown>>().notNull().default({}),
  /** Calls that may be made at once, as of `filledAt`: all replicas take theirs from here. */
  calls: doublePrecision('calls').notNull().default(0),
  filledAt: when('filled_at').notNull().defaultNow(),
  /** The share of the allowed rate that PhotoGPT bore, as of `slowedAt`: lower after it asked for less. */
  bearable: doublePrecision('bearable').notNull().default(1),
  slowedAt: when('slowed_at').notNull().defaultNow(),
});

/** Jobs on PhotoGPT's list that no row owns, so that what was spent can be accounted for and none is taken for another's. */
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

/** Who does what only one process should do. A lease is an optimisation: two holders waste calls, nothing else. */
export const leases = pgTable('leases', {
  name: text('name').primaryKey(),
  owner: text('owner').notNull(),
  epoch: integer('epoch').notNull(),
  until: when('until').notNull(),
});

/** How long each model takes, as a decaying histogram over logarithmic buckets. */
export const durations = pgTable('durations', {
  model: text('model').primaryKey(),
  buckets: jsonb('buckets').$type<number[]>().notNull(),
  updatedAt: updated(),
});

/** Pictures and videos on our disk: references that people gave, and results that were fetched. */
export const media = pgTable(
  'media',
  {
    /** 22 random URL-safe characters: knowing one is being allowed to see it. */
    id: text('id').primaryKey(),
    platform: text('platform').notNull(),
    tenant: text('tenant').notNull(),
    person: text('person').notNull(),
    /** Set for results: which picture of which job, counted from 1. */
    job: bigint('job', { mode: 'number' }).references(() => jobs.id, { onDelete: 'cascade' }),
    image: integer('image'),
    remoteId: text('remote_id'),
    kind: text('kind', { enum: ['image', 'video'] }).notNull(),
    type: text('type').notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    width: integer('width').notNull(),
    height: integer('height').notNull(),
    seconds: doublePrecision('seconds'),
    sha256: text('sha256').notNull(),
    createdAt: created(),
  },
  (t) => [uniqueIndex('media_result').on(t.job, t.image).where(sql`job is not null`)],
);

/** What people like, each for themselves. */
export const favourites = pgTable(
  'favourites',
  {
    media: text('media')
      .notNull()
      .references(() => media.id, { onDelete: 'cascade' }),
    platform: text('platform').notNull(),
    tenant: text('tenant').notNull(),
    person: text('person').notNull(),
    createdAt: created(),
  },
  (t) => [primaryKey({ columns: [t.platform, t.tenant, t.person, t.media] })],
);

/** Reference pictures as PhotoGPT knows them, so that each is uploaded once and the oldest can make room. */
export const uploads = pgTable(
  'uploads',
  {
    key: text('key').notNull(),
    media: text('media')
      .notNull()
      .references(() => media.id, { onDelete: 'cascade' }),
    /** The PhotoGPT model that the upload hangs on. */
    shelf: text('shelf').notNull(),
    remoteId: text('remote_id').notNull(),
    url: text('url').notNull(),
    usedAt: when('used_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.key, t.media] })],
);

/** What platforms keep for a while: forms that are half filled in, calls too long for a button. */
export const ttlEntries = pgTable(
  'drafts',
  {
    key: text('key').primaryKey(),
    /** JSON's null where only the key matters. */
    content: jsonb('content').$type<Json>(),
    until: when('until').notNull(),
  },
  (t) => [index('drafts_until').on(t.until)],
);
