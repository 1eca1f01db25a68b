/** All SQL about a person's gallery: what was made for them, and what they like. */
import { and, desc, eq, exists, ilike, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/connect.ts';
import { favourites, media } from '../db/schema/media-schema.ts';
import { jobs } from '../db/schema/schema.ts';

type Whose = { platform: string; tenant: string; person: string };
/** `text` is looked for in the prompt, `liked` keeps favourites only. */
export type GalleryFilter = { kind?: 'image' | 'video'; model?: string; text?: string; liked?: boolean };
export type GalleryStore = ReturnType<typeof createGalleryStore>;

export function createGalleryStore(db: Database) {
  const likedBy = ({ platform, tenant, person }: Whose): SQL =>
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

  const matching = (whose: Whose, { kind, model, text, liked }: GalleryFilter) =>
    and(
      eq(jobs.platform, whose.platform),
      eq(jobs.tenant, whose.tenant),
      eq(jobs.person, whose.person),
      kind && eq(media.kind, kind),
      model === undefined ? undefined : eq(jobs.model, model),
      // What somebody typed is looked for as it is: % and _ are not wildcards.
      text === undefined ? undefined : ilike(sql`${jobs.request}->>'prompt'`, `%${text.replace(/[\\%_]/g, '\\$&')}%`),
      liked ? likedBy(whose) : undefined,
    );

  return {
    /** One page of results, newest first, with how many there are in all. */
    async page(whose: Whose, filter: GalleryFilter, offset: number, limit: number) {
      const where = matching(whose, filter);
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

    /** Likes it, or likes it no more; tells which. */
    async toggle({ platform, tenant, person }: Whose, id: string): Promise<boolean> {
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
