/** Which replica does what one is enough for: a lease row, on the database's clock. */

import { eq, lt, or, sql } from 'drizzle-orm';
import type { Database } from '../../db/connect.ts';
import { interval } from '../../db/interval.ts';
import { leases } from '../../db/schema/schema.ts';
import { leaderLeaseMs } from '../timings.ts';

/** `lead` takes or renews the lease and says whether it is ours now; `resign` lets the next one begin at once. */
export type Leader = { lead(): Promise<boolean>; resign(): Promise<void> };

/** A lease called `name` for the replica called `owner`. A paused leader may think that it leads still: see the schema. */
export function createLeader(db: Database, name: string, owner: string): Leader {
  return {
    async lead() {
      const [row] = await db.orm
        .insert(leases)
        .values({ name, owner, epoch: 1, until: sql`${db.now} + ${interval(leaderLeaseMs)}` })
        .onConflictDoUpdate({
          target: leases.name,
          set: {
            owner,
            epoch: sql`${leases.epoch} + case when ${leases.owner} = ${owner} then 0 else 1 end`,
            until: sql`${db.now} + ${interval(leaderLeaseMs)}`,
          },
          setWhere: or(eq(leases.owner, owner), lt(leases.until, db.now)),
        })
        .returning({ owner: leases.owner });
      return row?.owner === owner;
    },
    async resign() {
      await db.orm.update(leases).set({ until: db.now }).where(sql`name = ${name} and owner = ${owner}`);
    },
  };
}
