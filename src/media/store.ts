/** All SQL about pictures and videos on our disk, and about their copies at PhotoGPT. */
import { and, asc, eq, isNull, notExists, sql } from 'drizzle-orm';
import type { Database } from '../db/connect.ts';
import { jobs, media, uploads } from '../db/schema.ts';

export type StoredMedia = typeof media.$inferSelect;
export type NewMedia = Omit<typeof media.$inferInsert, 'createdAt'>;
export type Upload = typeof uploads.$inferSelect;
export type MediaStore = ReturnType<typeof createMediaStore>;

export function createMediaStore(db: Database) {
  return {
    /** Keeps a file's facts. For an output of a job that another process kept first, that one's row is returned. */
    async keep(row: NewMedia): Promise<StoredMedia> {
      const [kept] = await db.orm
        .insert(media)
        .values({ ...row, createdAt: db.now })
        .onConflictDoNothing()
        .returning();
      if (kept) return kept;
      const [earlier] = await db.orm
        .select()
        .from(media)
        .where(and(eq(media.job, row.job ?? -1), eq(media.image, row.image ?? -1)));
      if (!earlier) throw new Error('a file was neither kept nor there');
      return earlier;
    },

    async find(id: string): Promise<StoredMedia | undefined> {
      const [row] = await db.orm.select().from(media).where(eq(media.id, id));
      return row;
    },

    /** Removes the row of a reference that no job of its owner refers to; false when there is none, or one does. */
    async removeUnused(id: string, owner: Pick<StoredMedia, 'platform' | 'tenant' | 'person'>): Promise<boolean> {
      const ofOwner = and(
        eq(jobs.platform, owner.platform),
        eq(jobs.tenant, owner.tenant),
        eq(jobs.person, owner.person),
        sql`${jobs.refs} @> ${JSON.stringify([{ media: id }])}::jsonb`,
      );
      const using = db.orm.select({ id: jobs.id }).from(jobs).where(ofOwner);
      const removed = await db.orm
        .delete(media)
        .where(and(eq(media.id, id), isNull(media.job), notExists(using)))
        .returning({ id: media.id });
      return removed.length > 0;
    },

    /** Removes the row of a reference; false when there is none of that id. */
    async remove(id: string): Promise<boolean> {
      const removed = await db.orm
        .delete(media)
        .where(and(eq(media.id, id), isNull(media.job)))
        .returning({ id: media.id });
      return removed.length > 0;
    },

    /** The outputs of a job that are on a disk, in order. */
    ofJob: (job: number) => db.orm.select().from(media).where(eq(media.job, job)).orderBy(asc(media.image)),

    /** The copy of a picture at PhotoGPT, marked as used now. */
    async uploaded(key: string, id: string): Promise<Upload | undefined> {
      const [row] = await db.orm
        .update(uploads)
        .set({ usedAt: db.now })
        .where(and(eq(uploads.key, key), eq(uploads.media, id)))
        .returning();
      return row;
    },

    addUpload: (upload: Omit<Upload, 'usedAt'>) =>
      db.orm
        .insert(uploads)
        .values({ ...upload, usedAt: db.now })
        .onConflictDoUpdate({
          target: [uploads.key, uploads.media],
          set: { shelf: upload.shelf, remoteId: upload.remoteId, url: upload.url, usedAt: db.now },
        }),

    /** What lies on the shelves, the longest unused first, each with how long it has been so, in milliseconds. */
    shelved: (key: string) =>
      db.orm
        .select({
          upload: uploads,
          idle: sql<number>`(extract(epoch from ${db.now} - ${uploads.usedAt}) * 1000)::float8`,
        })
        .from(uploads)
        .where(eq(uploads.key, key))
        .orderBy(asc(uploads.usedAt)),

    removeUpload: ({ key, media: id }: Upload) =>
      db.orm.delete(uploads).where(and(eq(uploads.key, key), eq(uploads.media, id))),
  };
}
