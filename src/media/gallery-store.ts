/** A person's gallery: the results of their jobs, and their favourites. All SQL about it. */
import { and, desc, eq, exists, ilike, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/connect.ts';
import { favourites, media } from '../db/schema/media-schema.ts';
import { jobs } from '../db/schema/schema.ts';

/** The person whose gallery it is. */
type Owner = { platform: string; tenant: string; person: string };
/** A part of a gallery. `text` is a part of the prompt, and `liked` leaves favourites only. */
export type GalleryFilter = { kind?: 'image' | 'video'; model?: string; text?: string; liked?: boolean };
/** The store. */
export type GalleryStore = ReturnType<typeof createGalleryStore>;

/** Returns the store. */
export function createGalleryStore(db: Database) {
  const likedBy = ({ platform, tenant, person }: Owner): SQL =>
    exists(
      db.orm
        .select({ one: sql`1` })
        .from(favourites)
        .where(
          and(
            eq(favourites.media, media.id),
            eq(favourites.platform, platform),
            eq(favourites.tenant, tenant),
            eq(favourites.person, person),
          ),
        ),
    );

  const matching = (owner: Owner, { kind, model, text, liked }: GalleryFilter) =>
    and(
      eq(jobs.platform, owner.platform),
      eq(jobs.tenant, owner.tenant),
      eq(jobs.person, owner.person),
      kind && eq(media.kind, kind),
      model === undefined ? undefined : eq(jobs.model, model),
      // The text of a person is matched literally: % and _ are no wildcards.
      text === undefined ? undefined : ilike(sql`${jobs.request}->>'prompt'`, `%${text.replace(/[\\%_]/g, '\\$&')}%`),
      liked ? likedBy(owner) : undefined,
    );

  return {
    /** Returns one page of results, newest first, and the count of all. */
    async page(owner: Owner, filter: GalleryFilter, offset: number, limit: number) {
      const where = matching(owner, filter);
      const [rows, [counted]] = await Promise.all([
        db.orm
          .select({ media, job: jobs })
          .from(media)
          .innerJoin(jobs, eq(jobs.id, media.job))
          .where(where)
          .orderBy(desc(jobs.id), media.image)
          .offset(offset)
          .limit(limit),
        db.orm
          .select({ count: sql<number>`count(*)::int` })
          .from(media)
          .innerJoin(jobs, eq(jobs.id, media.job))
          .where(where),
      ]);
      return { rows, count: Number(counted?.count ?? 0) };
    },

    /** Adds a favourite, or removes it. Returns whether it is one now. */
    async toggle({ platform, tenant, person }: Owner, id: string): Promise<boolean> {
      const mine = and(
        eq(favourites.platform, platform),
        eq(favourites.tenant, tenant),
        eq(favourites.person, person),
        eq(favourites.media, id),
      );
      const removed = await db.orm.delete(favourites).where(mine).returning({ media: favourites.media });
      if (removed.length > 0) return false;
      await db.orm
        .insert(favourites)
        .values({ platform, tenant, person, media: id, createdAt: db.now })
        .onConflictDoNothing();
      return true;
    },
  };
}
