/** The tables of settings, of the cost of deleted jobs, and of deletions that PhotoGPT has yet to make. */
import { check, doublePrecision, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Json } from '../../chat.ts';
import { among, created, id, updated, when } from './columns.ts';

/** Rules are set by moderators, defaults by people. */
const kinds = ['rules', 'defaults'] as const;
const scopes = ['place', 'channel', 'person'] as const;

/** Settings, one row for each place, channel or person. A name that is missing has its default. */
export const settings = pgTable(
  'settings',
  {
    platform: text('platform').notNull(),
    tenant: text('tenant').notNull(),
    kind: text('kind', { enum: kinds }).notNull(),
    scope: text('scope', { enum: scopes }).notNull(),
    /** The channel or the person. An empty text for the whole place. */
    target: text('target').notNull(),
    values: jsonb('values').$type<Record<string, Json>>().notNull(),
    updatedAt: updated(),
  },
  (t) => [
    primaryKey({ columns: [t.platform, t.tenant, t.kind, t.scope, t.target] }),
    check('settings_kind', among('kind', kinds)),
    check('settings_scope', among('scope', scopes)),
  ],
);

/** The log of settings that moderators changed for others. Rows are only ever added. */
export const settingChanges = pgTable(
  'setting_changes',
  {
    id: id(),
    platform: text('platform').notNull(),
    tenant: text('tenant').notNull(),
    kind: text('kind', { enum: kinds }).notNull(),
    scope: text('scope', { enum: scopes }).notNull(),
    target: text('target').notNull(),
    name: text('name').notNull(),
    /** The new value. Empty when the setting went back to its default. */
    value: jsonb('value').$type<Json>(),
    person: text('person').notNull(),
    personName: text('person_name').notNull(),
    createdAt: created(),
  },
  (t) => [index('setting_changes_place').on(t.platform, t.tenant, t.kind, t.id.desc())],
);

/** The cost of jobs whose rows were deleted, by the day of the call. Deleting a result gives no credits back. */
export const spent = pgTable(
  'spent',
  {
    platform: text('platform').notNull(),
    tenant: text('tenant').notNull(),
    person: text('person').notNull(),
    /** Midnight UTC of the day. */
    day: when('day').notNull(),
    jobs: integer('jobs').notNull(),
    credits: doublePrecision('credits').notNull(),
  },
  (t) => [primaryKey({ columns: [t.platform, t.tenant, t.person, t.day] })],
);

/** Pictures and videos that people erased and PhotoGPT may still have. */
export const erasures = pgTable(
  'erasures',
  {
    key: text('key').notNull(),
    kind: text('kind', { enum: ['image', 'video'] }).notNull(),
    remoteId: text('remote_id').notNull(),
    attempts: integer('attempts').notNull().default(0),
    nextAt: when('next_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.key, t.kind, t.remoteId] }), index('erasures_due').on(t.nextAt)],
);
