/** The tables of what moderators and people have decided, of what deleted work cost, and of what is still to be erased. */
import { check, doublePrecision, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Json } from '../../chat.ts';
import { among, created, id, updated, when } from './columns.ts';

const kinds = ['rules', 'defaults'] as const;
const scopes = ['place', 'channel', 'person'] as const;

/** What was set, one row for each place, channel or person; a name that is missing has its default. */
export const settings = pgTable(
  'settings',
  {
    platform: text('platform').notNull(),
    tenant: text('tenant').notNull(),
    kind: text('kind', { enum: kinds }).notNull(),
    scope: text('scope', { enum: scopes }).notNull(),
    /** The channel or the person; empty for the whole place. */
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

/** Who changed what for others, and when. Rows are only ever added. */
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
    /** Absent where it was put back to its default. */
    value: jsonb('value').$type<Json>(),
    person: text('person').notNull(),
    personName: text('person_name').notNull(),
    createdAt: created(),
  },
  (t) => [index('setting_changes_place').on(t.platform, t.tenant, t.kind, t.id.desc())],
);

/** What work cost whose row was deleted, by the day on which it was asked for: deleting a result gives nothing back. */
export const spent = pgTable(
  'spent',
  {
    platform: text('platform').notNull(),
    tenant: text('tenant').notNull(),
    person: text('person').notNull(),
    /** Midnight UTC of that day. */
    day: when('day').notNull(),
    jobs: integer('jobs').notNull(),
    credits: doublePrecision('credits').notNull(),
  },
  (t) => [primaryKey({ columns: [t.platform, t.tenant, t.person, t.day] })],
);

/** What people wanted erased and PhotoGPT still has. */
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
