/** The tables of trained models: whose face, on what terms, with which photos, and who else may use it. */
import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, primaryKey, text, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import { among, created, id, updated, when } from './columns.ts';
import { media } from './schema.ts';

const statuses = ['creating', 'new', 'training', 'ready', 'failed'] as const;

/** Trained models of people. Each is somebody's face: the row says whose model it is, and what was agreed to. */
export const identities = pgTable(
  'identities',
  {
    id: id(),
    platform: text('platform').notNull(),
    tenant: text('tenant').notNull(),
    /** Who made it, and alone may change it. */
    person: text('person').notNull(),
    /** The platform's id of the event that asked for it. */
    event: text('event').notNull(),
    name: text('name').notNull(),
    age: integer('age').notNull(),
    gender: text('gender', { enum: ['Male', 'Female'] }).notNull(),
    ethnicity: text('ethnicity'),
    eyeColor: text('eye_color'),
    /** What its owner agreed to, word for word as it was shown; who that was is `person`. */
    consent: text('consent').notNull(),
    consentAt: when('consent_at').notNull(),
    key: text('key').notNull(),
    /** Part of its name at PhotoGPT, so that a model whose making was not confirmed can be found there. */
    tag: text('tag').notNull().unique(),
    remoteId: text('remote_id'),
    /** Set just before PhotoGPT is asked to make it. */
    sentAt: when('sent_at'),
    status: text('status', { enum: statuses }).notNull().default('creating'),
    /** From then on it exists for nobody; the row stays until PhotoGPT has deleted its side. */
    deletedAt: when('deleted_at'),
    /** Rises with every claim: who hands photos over, or deletes, does so alone. */
    fence: integer('fence').notNull().default(0),
    heldUntil: when('held_until'),
    createdAt: created(),
    updatedAt: updated(),
  },
  (t) => [
    uniqueIndex('identities_name').on(t.platform, t.tenant, t.person, sql`lower(name)`).where(sql`deleted_at is null`),
    index('identities_deleted').on(t.deletedAt).where(sql`deleted_at is not null`),
    check('identities_status', among('status', statuses)),
    check('identities_made', sql`(status = 'creating') = (remote_id is null)`),
    check('identities_adult', sql`age >= 18`),
  ],
);

/** The photos of a model. `media` is empty once our copy is gone, `remote_id` until PhotoGPT has its own. */
export const identityPhotos = pgTable(
  'identity_photos',
  {
    id: id(),
    identity: bigint('identity', { mode: 'number' })
      .notNull()
      .references(() => identities.id, { onDelete: 'cascade' }),
    media: text('media').references(() => media.id, { onDelete: 'set null' }),
    sha256: text('sha256').notNull(),
    /** Set just before it is handed over: without a remote id afterwards, PhotoGPT may have it or not. */
    sentAt: when('sent_at'),
    remoteId: text('remote_id'),
    createdAt: created(),
  },
  (t) => [unique('identity_photos_once').on(t.identity, t.sha256), index('identity_photos_media').on(t.media)],
);

/** Who may use a model besides its owner: a person, the people in a channel, or everybody in its tenant. */
export const identityShares = pgTable(
  'identity_shares',
  {
    identity: bigint('identity', { mode: 'number' })
      .notNull()
      .references(() => identities.id, { onDelete: 'cascade' }),
    kind: text('kind', { enum: ['person', 'channel', 'tenant'] }).notNull(),
    /** The platform's id of the person, the channel or the tenant. */
    target: text('target').notNull(),
    createdAt: created(),
  },
  (t) => [
    primaryKey({ columns: [t.identity, t.kind, t.target] }),
    index('identity_shares_target').on(t.kind, t.target),
  ],
);
