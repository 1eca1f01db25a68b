/** Rows of pictures and videos on our disk, and of their copies at PhotoGPT. All SQL about them. */
import { and, asc, eq, isNull, notExists, sql } from 'drizzle-orm';
import type { Database } from '../db/connect.ts';
import { favourites, media, uploads } from '../db/schema/media-schema.ts';
import { jobs } from '../db/schema/schema.ts';

/** A picture or video as its row describes it. */
export type StoredMedia = typeof media.$inferSelect;
/** A row to insert. */
type NewMedia = Omit<typeof media.$inferInsert, 'createdAt'>;
/** A copy of a picture at PhotoGPT. */
type Upload = typeof uploads.$inferSelect;
/** A person. People of different platforms or tenants never meet. */
type Owner = Pick<StoredMedia, 'platform' | 'tenant' | 'person'>;
/** The store. */
export type MediaStore = ReturnType<typeof createMediaStore>;

/** Returns the store. */
export function createMediaStore(db: Database) {
  return {
    /** Inserts a row and returns it. For an output of a job that another process inserted first, returns that row. */
    async insert(row: NewMedia): Promise<StoredMedia> {
      const [inserted] = await db.orm
        .insert(media)
        .values({ ...row, createdAt: db.now })
        .onConflictDoNothing()
        .returning();
      if (inserted) return inserted;
      const [earlier] = await db.orm
        .select()
        .from(media)
        .where(and(eq(media.job, row.job ?? -1), eq(media.image, row.image ?? -1)));
      if (!earlier) throw new Error('a file was neither kept nor there');
      return earlier;
    },

    /** Returns a row. */
    async find(id: string): Promise<StoredMedia | undefined> {
      const [row] = await db.orm.select().from(media).where(eq(media.id, id));
      return row;
    },

    /** Removes the row of a reference that no job of its owner uses. Returns whether it did. */
    async removeUnused(id: string, owner: Owner): Promise<boolean> {
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

    /** Removes the row of a reference. Returns false when there is none. */
    async remove(id: string): Promise<boolean> {
      const removed = await db.orm
        .delete(media)
        .where(and(eq(media.id, id), isNull(media.job)))
        .returning({ id: media.id });
      return removed.length > 0;
    },

    /**
     * Removes rows of references, at most `limit`, and returns their ids. Writes erasures for their copies at PhotoGPT. Leaves
     * photos of trained models, which go with their model.
     */
    async removeReferences(which: { ids: readonly string[] } | { of: Owner }, limit: number): Promise<string[]> {
      const chosen =
        'ids' in which
          ? sql`id in (select jsonb_array_elements_text(${JSON.stringify(which.ids)}::jsonb))`
          : sql`platform = ${which.of.platform} and tenant = ${which.of.tenant} and person = ${which.of.person}`;
      const rows = await db.run(sql`
        with mine as (select id from media where ${chosen} and job is null
          and not exists (select 1 from identity_photos p where p.media = media.id)
          order by id limit ${limit} for update skip locked),
        erased as (
          insert into erasures (key, kind, remote_id, next_at)
          select key, 'image', remote_id, ${db.now} from uploads where media in (select id from mine)
          on conflict do nothing
        )
        delete from media where id in (select id from mine) returning id`);
      return rows.map(({ id }) => String(id));
    },

    /**
     * Sorts files by their rows: those in use (favourites, photos of models, references of unfinished jobs), and the unused
     * references and results. Files without a row are in no list.
     */
    async sortByUse(ids: readonly string[]): Promise<{ inUse: Set<string>; references: string[]; results: string[] }> {
      const rows = await db.run(sql`
        select id, job is not null as result, exists (select 1 from favourites f where f.media = m.id)
          or exists (select 1 from identity_photos p where p.media = m.id)
          or exists (select 1 from jobs j where j.outcome is null and j.refs @> jsonb_build_array(jsonb_build_object('media', m.id)))
          as stays
        from media m where id in (select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`);
      const named = (wanted: (row: Record<string, unknown>) => boolean) =>
        rows.filter(wanted).map(({ id }) => String(id));
      return {
        inUse: new Set(named(({ stays }) => stays === true)),
        references: named(({ result, stays }) => result !== true && stays !== true),
        results: named(({ result, stays }) => result === true && stays !== true),
      };
    },

    /** Removes the favourites of a person. Returns how many there were. */
    async forgetFavourites({ platform, tenant, person }: Owner): Promise<number> {
      const rows = await db.orm
        .delete(favourites)
        .where(and(eq(favourites.platform, platform), eq(favourites.tenant, tenant), eq(favourites.person, person)))
        .returning({ media: favourites.media });
      return rows.length;
    },

    /** Returns the outputs of a job that some machine has fetched, in order. */
    ofJob: (job: number) => db.orm.select().from(media).where(eq(media.job, job)).orderBy(asc(media.image)),

    /** Returns the copy of a picture at PhotoGPT, and marks it as used now. */
    async useUpload(key: string, id: string): Promise<Upload | undefined> {
      const [row] = await db.orm
        .update(uploads)
        .set({ usedAt: db.now })
        .where(and(eq(uploads.key, key), eq(uploads.media, id)))
        .returning();
      return row;
    },

    /** Writes down a copy, in place of an earlier one. */
    addUpload: (upload: Omit<Upload, 'usedAt'>) =>
      db.orm
        .insert(uploads)
        .values({ ...upload, usedAt: db.now })
        .onConflictDoUpdate({
          target: [uploads.key, uploads.media],
          set: { shelf: upload.shelf, remoteId: upload.remoteId, url: upload.url, usedAt: db.now },
        }),

    /** Returns all copies, the longest unused first, each with its idle time in milliseconds. */
    shelved: (key: string) =>
      db.orm
        .select({
          upload: uploads,
          idle: sql<number>`(extract(epoch from ${db.now} - ${uploads.usedAt}) * 1000)::float8`,
        })
        .from(uploads)
        .where(eq(uploads.key, key))
        .orderBy(asc(uploads.usedAt)),

    /** Removes the row of a copy. */
    removeUpload: ({ key, media: id }: Upload) =>
      db.orm.delete(uploads).where(and(eq(uploads.key, key), eq(uploads.media, id))),
  };
}
