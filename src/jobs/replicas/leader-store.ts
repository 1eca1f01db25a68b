/** Elects the leader: the replica that does work which one replica is enough for. A leader holds a lease row. */

import { eq, lt, or, sql } from 'drizzle-orm';
import type { Database } from '../../db/connect.ts';
import { interval } from '../../db/interval.ts';
import { leases } from '../../db/schema/schema.ts';
import { leaderLeaseMs } from '../timings.ts';

/** The candidacy of one replica. */
export type Leader = {
  /** Takes or renews the lease. Resolves with whether this replica leads now. */
  lead(): Promise<boolean>;
  /** Ends an own lease at once, so that another replica need not wait for its end. */
  resign(): Promise<void>;
};

/**
 * Returns the candidacy of the replica `owner` for the lease `name`. A leader that stood still may think that it still
 * leads. Two leaders waste calls and do no other harm: see the table `leases`.
 */
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
