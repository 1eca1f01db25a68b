/** Trained models, their photos, their shares, and the leases on them. All SQL about them. */
import { and, asc, desc, eq, inArray, isNotNull, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import type { Database } from '../db/connect.ts';
import { interval } from '../db/interval.ts';
import { identities, identityPhotos, identityShares } from '../db/schema/identity-schema.ts';
import { media } from '../db/schema/media-schema.ts';
import { jobs } from '../db/schema/schema.ts';
import type { Share } from './access.ts';

/** A trained model. */
export type Identity = typeof identities.$inferSelect;
/** A row to insert. */
type NewIdentity = Pick<
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
/** The traits of the person, as the owner gave them. */
export type Traits = Pick<Identity, 'name' | 'age' | 'gender' | 'ethnicity' | 'eyeColor'>;
/** A photo of a model. */
export type Photo = typeof identityPhotos.$inferSelect;
/** The person who owns a model. */
type Owner = Pick<Identity, 'platform' | 'tenant' | 'person'>;
/** A workspace or server. */
type Tenant = Pick<Identity, 'platform' | 'tenant'>;

/** The store. */
export type IdentityStore = ReturnType<typeof createIdentityStore>;

/** Returns the store. Deleted models are left out unless a method says otherwise. */
export function createIdentityStore(db: Database) {
  const isNotDeleted = isNull(identities.deletedAt);
  const within = ({ platform, tenant }: Tenant) =>
    and(isNotDeleted, eq(identities.platform, platform), eq(identities.tenant, tenant));
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
    /** Inserts a model, with consent given now. Undefined when its owner has one of that name. */
    async insert(row: NewIdentity): Promise<Identity | undefined> {
      const times = { consentAt: db.now, createdAt: db.now, updatedAt: db.now };
      const [made] = await db.orm
        .insert(identities)
        .values({ ...row, ...times })
        .onConflictDoNothing()
        .returning();
      return made;
    },

    /** Returns a model. */
    async find(id: number): Promise<Identity | undefined> {
      const [row] = await db.orm
        .select()
        .from(identities)
        .where(and(isNotDeleted, eq(identities.id, id)));
      return row;
    },

    /** Returns how many models a person owns. */
    count: (owner: Owner) => db.orm.$count(identities, ownedBy(owner)),

    /** Returns a person's model of this name, in any case. */
    async ofOwner(owner: Owner, name: string): Promise<Identity | undefined> {
      const [row] = await db.orm
        .select()
        .from(identities)
        .where(and(ownedBy(owner), named(name)));
      return row;
    },

    /** Returns a person's models, the newest first. */
    owned: (owner: Owner, limit: number) =>
      db.orm.select().from(identities).where(ownedBy(owner)).orderBy(desc(identities.id)).limit(limit),

    /** Returns models of others in this tenant that one of these shares opens, the newest first. */
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

    /** Returns the shares of a model. */
    shares: (id: number): Promise<Share[]> =>
      db.orm
        .select({ kind: identityShares.kind, target: identityShares.target })
        .from(identityShares)
        .where(eq(identityShares.identity, id))
        .orderBy(asc(identityShares.kind), asc(identityShares.target)),

    /** Adds a share. A repetition does nothing. */
    share: (identity: number, share: Share) =>
      db.orm
        .insert(identityShares)
        .values({ identity, ...share, createdAt: db.now })
        .onConflictDoNothing(),

    /** Removes one share, or all. Returns how many there were. */
    async unshare(identity: number, share?: Share): Promise<number> {
      const which = share && and(eq(identityShares.kind, share.kind), eq(identityShares.target, share.target));
      const gone = await db.orm
        .delete(identityShares)
        .where(and(eq(identityShares.identity, identity), which))
        .returning({ kind: identityShares.kind });
      return gone.length;
    },

    /** Leases a model for `leaseMs`, deleted or not. Undefined while another process holds it. The row has the fence. */
    hold: (id: number, leaseMs: number) =>
      change(
        { fence: sql`${identities.fence} + 1`, heldUntil: sql`${db.now} + ${interval(leaseMs)}` },
        and(eq(identities.id, id), or(isNull(identities.heldUntil), lt(identities.heldUntil, db.now))),
      ),

    /** Renews a lease. Undefined when it is lost, and then its holder may do nothing more. */
    renew: ({ id, fence }: Identity, leaseMs: number) =>
      change(
        { heldUntil: sql`${db.now} + ${interval(leaseMs)}` },
        and(eq(identities.id, id), eq(identities.fence, fence), isNotNull(identities.heldUntil)),
      ),

    /** Ends a lease. */
    release: ({ id, fence }: Identity) =>
      change({ heldUntil: null }, and(eq(identities.id, id), eq(identities.fence, fence))),

    /** Records that the request to create it leaves now. With `sent` false, that none left. */
    sending: (id: number, sent: boolean) => change({ sentAt: sent ? db.now : null }, eq(identities.id, id)),

    /** Returns how long ago that request left, in milliseconds. Undefined when none did. */
    async sentAgo(id: number): Promise<number | undefined> {
      const [row] = await db.orm
        .select({ ago: sql<number>`(extract(epoch from ${db.now} - ${identities.sentAt}) * 1000)::float8` })
        .from(identities)
        .where(and(eq(identities.id, id), isNotNull(identities.sentAt)));
      return row && Number(row.ago);
    },

    /** Records that PhotoGPT has created it. */
    made: (id: number, remoteId: string) =>
      change({ remoteId, status: 'new' }, and(eq(identities.id, id), isNull(identities.remoteId))),

    /** Changes the status of a model that PhotoGPT has. */
    status: (id: number, status: 'new' | 'training' | 'ready' | 'failed') =>
      change({ status }, and(eq(identities.id, id), isNotNull(identities.remoteId))),

    /** Changes the traits. Rejects when its owner has another model of that name. */
    update: (id: number, traits: Traits) => change(traits, and(isNotDeleted, eq(identities.id, id))),

    /** Deletes a model for people. Its row stays until PhotoGPT has deleted its side. */
    softDelete: (id: number) => change({ deletedAt: db.now }, and(isNotDeleted, eq(identities.id, id))),

    /** Leases deleted models of this key that PhotoGPT still has, at most `limit`, for `leaseMs`. */
    claimSoftDeleted: (key: string, leaseMs: number, limit: number) =>
      db.orm
        .update(identities)
        .set({ fence: sql`${identities.fence} + 1`, heldUntil: sql`${db.now} + ${interval(leaseMs)}` })
        .where(
          inArray(
            identities.id,
            sql`(select id from identities where key = ${key} and deleted_at is not null
              and (held_until is null or held_until < ${db.now})
              order by deleted_at limit ${limit} for update skip locked)`,
          ),
        )
        .returning(),

    /** Removes the row of a model. */
    remove: (id: number) => db.orm.delete(identities).where(eq(identities.id, id)),

    /** Removes the row of a model, if no request to create it left. */
    removeUnsent: (id: number) =>
      db.orm
        .delete(identities)
        .where(and(eq(identities.id, id), isNull(identities.sentAt), isNull(identities.remoteId))),

    /** Returns the photos in the order in which they were given. Leaves out those that neither side has any more. */
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
     * Adds kept pictures, and returns the ids of the new ones. Adds none when there would be more than `max`, and returns
     * undefined. A picture with the content of another one is not added again. Two calls at once wait for each other.
     */
    addPhotos: (identity: number, ids: readonly string[], max: number) =>
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
        if (seen.size > max) return undefined;
        const rows = fresh.map((one) => ({ identity, ...one, createdAt: db.now }));
        if (rows.length > 0) await tx.insert(identityPhotos).values(rows);
        return fresh.map(({ media: id }) => id);
      }),

    /** Records that the upload of a photo leaves now. */
    photoSending: (id: number) =>
      db.orm.update(identityPhotos).set({ sentAt: db.now }).where(eq(identityPhotos.id, id)),

    /** Records PhotoGPT's id of a photo. */
    photoSent: (id: number, remoteId: string) =>
      db.orm.update(identityPhotos).set({ remoteId }).where(eq(identityPhotos.id, id)),

    /** Removes the row of a photo. */
    removePhoto: (id: number) => db.orm.delete(identityPhotos).where(eq(identityPhotos.id, id)),

    /** Unlinks the pictures here from a model. PhotoGPT's ids of the photos stay. */
    unlinkPhotos: (identity: number) =>
      db.orm.update(identityPhotos).set({ media: null }).where(eq(identityPhotos.identity, identity)),

    /** Returns whether a kept picture is a photo of some model, and so for the owner's eyes only. */
    isPhoto: async (id: string) => (await db.orm.$count(identityPhotos, eq(identityPhotos.media, id))) > 0,

    /** Returns the training of a model that has not ended. `elapsed` is in seconds since PhotoGPT began. */
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
