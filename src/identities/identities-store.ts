/** All SQL about trained models: whose they are, their photos, and who else may use them. */

import { and, asc, desc, eq, inArray, isNotNull, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import type { Database } from '../db/connect.ts';
import { interval } from '../db/interval.ts';
import { identities, identityPhotos, identityShares } from '../db/schema/identity-schema.ts';
import { media } from '../db/schema/media-schema.ts';
import { jobs } from '../db/schema/schema.ts';
import type { Share } from './access.ts';

export type Identity = typeof identities.$inferSelect;
export type NewIdentity = Pick<
  typeof identities.$inferInsert,
  | 'platform'
  | 'tenant'
  | 'person'
  | 'event'
  | 'name'
  | 'age'
  | 'gender'
  | 'ethnicity'
  | 'eyeColor'
  | 'consent'
  | 'key'
  | 'tag'
>;
export type Traits = Pick<Identity, 'name' | 'age' | 'gender' | 'ethnicity' | 'eyeColor'>;
export type Photo = typeof identityPhotos.$inferSelect;
type Owner = Pick<Identity, 'platform' | 'tenant' | 'person'>;
type Tenant = Pick<Identity, 'platform' | 'tenant'>;

export type IdentityStore = ReturnType<typeof createIdentityStore>;

export function createIdentityStore(db: Database) {
  const there = isNull(identities.deletedAt);
  const within = ({ platform, tenant }: Tenant) =>
    and(there, eq(identities.platform, platform), eq(identities.tenant, tenant));
  const ownedBy = (owner: Owner) => and(within(owner), eq(identities.person, owner.person));
  const named = (name: string) => sql`lower(${identities.name}) = lower(${name})`;

  async function change(set: PgUpdateSetSource<typeof identities>, where: SQL | undefined) {
    const [row] = await db.orm
      .update(identities)
      .set({ ...set, updatedAt: db.now })
      .where(where)
      .returning();
    return row;
  }

  return {
    /** Writes a model down; undefined when its owner has one of that name. Consent is given now. */
    async insert(row: NewIdentity): Promise<Identity | undefined> {
      const times = { consentAt: db.now, createdAt: db.now, updatedAt: db.now };
      const [made] = await db.orm
        .insert(identities)
        .values({ ...row, ...times })
        .onConflictDoNothing()
        .returning();
      return made;
    },

    async find(id: number): Promise<Identity | undefined> {
      const [row] = await db.orm
        .select()
        .from(identities)
        .where(and(there, eq(identities.id, id)));
      return row;
    },

    count: (owner: Owner) => db.orm.$count(identities, ownedBy(owner)),

    async ofOwner(owner: Owner, name: string): Promise<Identity | undefined> {
      const [row] = await db.orm
        .select()
        .from(identities)
        .where(and(ownedBy(owner), named(name)));
      return row;
    },

    owned: (owner: Owner, limit: number) =>
      db.orm.select().from(identities).where(ownedBy(owner)).orderBy(desc(identities.id)).limit(limit),

    /** Models of others in this tenant that one of these shares opens. */
    shared: (owner: Owner, shares: readonly Share[], limit: number) =>
      db.orm
        .selectDistinct()
        .from(identities)
        .where(
          and(
            within(owner),
            sql`${identities.person} <> ${owner.person}`,
            sql`exists (select 1 from identity_shares s where s.identity = ${identities.id} and (${sql.join(
              shares.map(({ kind, target }) => sql`(s.kind = ${kind} and s.target = ${target})`),
              sql` or `,
            )}))`,
          ),
        )
        .orderBy(desc(identities.id))
        .limit(limit),

    shares: (id: number): Promise<Share[]> =>
      db.orm
        .select({ kind: identityShares.kind, target: identityShares.target })
        .from(identityShares)
        .where(eq(identityShares.identity, id))
        .orderBy(asc(identityShares.kind), asc(identityShares.target)),

    /** With somebody more; once is enough. */
    share: (identity: number, share: Share) =>
      db.orm
        .insert(identityShares)
        .values({ identity, ...share, createdAt: db.now })
        .onConflictDoNothing(),

    /** No longer with this audience, or with nobody at all; gives how many shares ended. */
    async unshare(identity: number, share?: Share): Promise<number> {
      const which = share && and(eq(identityShares.kind, share.kind), eq(identityShares.target, share.target));
      const gone = await db.orm
        .delete(identityShares)
        .where(and(eq(identityShares.identity, identity), which))
        .returning({ kind: identityShares.kind });
      return gone.length;
    },

    /** Alone for `lease` milliseconds; undefined while somebody else is. The row tells the fence of this hold. */
    hold: (id: number, lease: number) =>
      change(
        { fence: sql`${identities.fence} + 1`, heldUntil: sql`${db.now} + ${interval(lease)}` },
        and(eq(identities.id, id), or(isNull(identities.heldUntil), lt(identities.heldUntil, db.now))),
      ),

    /** For longer; undefined when the hold is lost, and then nothing more may be done. */
    renew: ({ id, fence }: Identity, lease: number) =>
      change(
        { heldUntil: sql`${db.now} + ${interval(lease)}` },
        and(eq(identities.id, id), eq(identities.fence, fence), isNotNull(identities.heldUntil)),
      ),

    release: ({ id, fence }: Identity) =>
      change({ heldUntil: null }, and(eq(identities.id, id), eq(identities.fence, fence))),

    /** PhotoGPT is asked to make it now; or, without a time, it was not asked after all. */
    sending: (id: number, sent: boolean) => change({ sentAt: sent ? db.now : null }, eq(identities.id, id)),

    /** How long ago PhotoGPT was asked to make it, in milliseconds; undefined when it never was. */
    async sentAgo(id: number): Promise<number | undefined> {
      const [row] = await db.orm
        .select({ ago: sql<number>`(extract(epoch from ${db.now} - ${identities.sentAt}) * 1000)::float8` })
        .from(identities)
        .where(and(eq(identities.id, id), isNotNull(identities.sentAt)));
      return row && Number(row.ago);
    },

    /** PhotoGPT made it. */
    made: (id: number, remoteId: string) =>
      change({ remoteId, status: 'new' }, and(eq(identities.id, id), isNull(identities.remoteId))),

    status: (id: number, status: 'new' | 'training' | 'ready' | 'failed') =>
      change({ status }, and(eq(identities.id, id), isNotNull(identities.remoteId))),

    /** Other traits. Rejects when its owner has another model of that name. */
    update: (id: number, traits: Traits) => change(traits, and(there, eq(identities.id, id))),

    /** Exists for nobody from now on. */
    bury: (id: number) => change({ deletedAt: db.now }, and(there, eq(identities.id, id))),

    /** Deleted models of this key that PhotoGPT still has, at most `limit`, alone for `lease` milliseconds. */
    claimBuried: (key: string, lease: number, limit: number) =>
      db.orm
        .update(identities)
        .set({ fence: sql`${identities.fence} + 1`, heldUntil: sql`${db.now} + ${interval(lease)}` })
        .where(
          inArray(
            identities.id,
            sql`(select id from identities where key = ${key} and deleted_at is not null
              and (held_until is null or held_until < ${db.now})
              order by deleted_at limit ${limit} for update skip locked)`,
          ),
        )
        .returning(),

    remove: (id: number) => db.orm.delete(identities).where(eq(identities.id, id)),

    /** Removes a model that PhotoGPT was not asked to make. */
    removeUnsent: (id: number) =>
      db.orm
        .delete(identities)
        .where(and(eq(identities.id, id), isNull(identities.sentAt), isNull(identities.remoteId))),

    /** In the order in which they were given. Those that neither side has any more are not counted. */
    photos: (identity: number) =>
      db.orm
        .select()
        .from(identityPhotos)
        .where(
          and(
            eq(identityPhotos.identity, identity),
            or(isNotNull(identityPhotos.media), isNotNull(identityPhotos.remoteId)),
          ),
        )
        .orderBy(asc(identityPhotos.id)),

    /**
     * Adds kept pictures, all or none: undefined when there would be more than `most`. A picture that is there already,
     * by its content, is not added again. Two calls at once wait for each other.
     */
    addPhotos: (identity: number, ids: readonly string[], most: number) =>
      db.orm.transaction(async (tx) => {
        await tx.select({ id: identities.id }).from(identities).where(eq(identities.id, identity)).for('update');
        const given = await tx
          .select({ media: media.id, sha256: media.sha256 })
          .from(media)
          .where(inArray(media.id, [...ids]));
        await tx
          .delete(identityPhotos)
          .where(
            and(eq(identityPhotos.identity, identity), isNull(identityPhotos.media), isNull(identityPhotos.remoteId)),
          );
        const known = await tx
          .select({ sha256: identityPhotos.sha256 })
          .from(identityPhotos)
          .where(eq(identityPhotos.identity, identity));
        const seen = new Set(known.map(({ sha256 }) => sha256));
        const fresh = given.filter(({ sha256 }) => !seen.has(sha256) && seen.add(sha256));
        if (seen.size > most) return undefined;
        const rows = fresh.map((one) => ({ identity, ...one, createdAt: db.now }));
        if (rows.length > 0) await tx.insert(identityPhotos).values(rows);
        return fresh.map(({ media: id }) => id);
      }),

    photoSending: (id: number) =>
      db.orm.update(identityPhotos).set({ sentAt: db.now }).where(eq(identityPhotos.id, id)),

    photoSent: (id: number, remoteId: string) =>
      db.orm.update(identityPhotos).set({ remoteId }).where(eq(identityPhotos.id, id)),

    removePhoto: (id: number) => db.orm.delete(identityPhotos).where(eq(identityPhotos.id, id)),

    /** Lets go of a model's pictures on our side; what PhotoGPT calls them stays. */
    unlinkPhotos: (identity: number) =>
      db.orm.update(identityPhotos).set({ media: null }).where(eq(identityPhotos.identity, identity)),

    /** Whether a kept picture is a photo of some model, and so for its owner's eyes only. */
    isPhoto: async (id: string) => (await db.orm.$count(identityPhotos, eq(identityPhotos.media, id))) > 0,

    /** The training of a model that is on its way, if one is; `elapsed` counts from when PhotoGPT began, in seconds. */
    async training(identity: number): Promise<{ job: number; begun: boolean; elapsed: number } | undefined> {
      const [row] = await db.orm
        .select({
          job: jobs.id,
          begun: sql<boolean>`${jobs.state} = 'running'`,
          elapsed: sql<number>`extract(epoch from ${db.now} - coalesce(${jobs.submittedAt}, ${jobs.createdAt}))::float8`,
        })
        .from(jobs)
        .where(
          and(
            eq(jobs.operation, 'train'),
            sql`${jobs.request}->>'identity' = ${String(identity)}`,
            inArray(jobs.state, ['queued', 'submitting', 'unknown', 'running']),
          ),
        );
      return row && { ...row, elapsed: Math.max(0, Number(row.elapsed)) };
    },
  };
}
