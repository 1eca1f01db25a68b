/** The tables of pictures and videos: the files on our disk, favourites, and copies at PhotoGPT. */
import { sql } from 'drizzle-orm';
import { bigint, doublePrecision, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { created, when } from './columns.ts';
import { jobs } from './schema.ts';

/** Pictures and videos on our disk: references that people gave, and results that we fetched. */
export const media = pgTable(
  'media',
  {
    /** 22 random URL-safe characters. A person who knows the id may see the picture. */
    id: text('id').primaryKey(),
    platform: text('platform').notNull(),
    tenant: text('tenant').notNull(),
    person: text('person').notNull(),
    /** The job of a result, and the number of its picture, counted from 1. Empty for references. */
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

/** Pictures and videos that a person marked as favourites. */
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

/** Copies of references at PhotoGPT, so that each is uploaded once and the longest unused can make room. */
export const uploads = pgTable(
  'uploads',
  {
    key: text('key').notNull(),
    media: text('media')
      .notNull()
      .references(() => media.id, { onDelete: 'cascade' }),
    /** The model at PhotoGPT that holds the upload. */
    shelf: text('shelf').notNull(),
    remoteId: text('remote_id').notNull(),
    url: text('url').notNull(),
    usedAt: when('used_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.key, t.media] })],
);
