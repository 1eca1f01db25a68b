/** The tables of trained models: their owners, the consent, the photos, and the people who may use them too. */
import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, primaryKey, text, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import { among, created, id, updated, when } from './columns.ts';
import { media } from './media-schema.ts';

/** The states of a model: being created, waiting for photos, in training, trained, or failed in training. */
const statuses = ['creating', 'new', 'training', 'ready', 'failed'] as const;

/** Trained models of people's faces. A row says whose model it is, and what its owner agreed to. */
export const identities = pgTable(
  'identities',
  {
    id: id(),
    platform: text('platform').notNull(),
    tenant: text('tenant').notNull(),
    /** The owner, who alone may change it. */
    person: text('person').notNull(),
    /** The platform's id of the event that asked for it. */
    event: text('event').notNull(),
    name: text('name').notNull(),
    age: integer('age').notNull(),
    gender: text('gender', { enum: ['Male', 'Female'] }).notNull(),
    ethnicity: text('ethnicity'),
    eyeColor: text('eye_color'),
    /** The words that `person` agreed to, exactly as they were shown. */
    consent: text('consent').notNull(),
    consentAt: when('consent_at').notNull(),
    /** Digest of the API key that it hangs on. */
    key: text('key').notNull(),
    /** Part of its name at PhotoGPT. A model whose creation was not confirmed is found there by its tag. */
    tag: text('tag').notNull().unique(),
    /** PhotoGPT's id. Empty until it has confirmed the model. */
    remoteId: text('remote_id'),
    /** Set just before the request to create it. */
    sentAt: when('sent_at'),
    status: text('status', { enum: statuses }).notNull().default('creating'),
    /** Time of a soft delete: people do not see it any more. The row stays until PhotoGPT has deleted its side. */
    deletedAt: when('deleted_at'),
    /** Rises with every lease. One process at a time uploads photos or deletes. */
    fence: integer('fence').notNull().default(0),
    /** End of the lease. Empty while no process works on it. */
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

/** Photos of a model. `media` is empty once our copy is gone, and `remote_id` until PhotoGPT has its own. */
export const identityPhotos = pgTable(
  'identity_photos',
  {
    id: id(),
    identity: bigint('identity', { mode: 'number' })
      .notNull()
      .references(() => identities.id, { onDelete: 'cascade' }),
    media: text('media').references(() => media.id, { onDelete: 'set null' }),
    sha256: text('sha256').notNull(),
    /** Set just before the upload. Without a remote id afterwards, PhotoGPT may have the photo or not. */
    sentAt: when('sent_at'),
    remoteId: text('remote_id'),
    createdAt: created(),
  },
  (t) => [unique('identity_photos_once').on(t.identity, t.sha256), index('identity_photos_media').on(t.media)],
);

/** Shares of a model: with a person, the people in a channel, or everybody in its tenant. */
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
