/**
 * Divides due rows among replicas. Each replica takes the rows of its own partition at once. A second later the rows
 * that are still there are free for all: see `partition-store.ts`.
 */
import type { Clock } from '../../concurrency/clock.ts';

/** The rows whose number leaves the remainder `mine` when it is divided by `of`. */
export type Partition = { of: number; mine: number };

/** The partition that holds all rows. A replica without peers has it. */
export const wholePartition: Partition = { of: 1, mine: 0 };

/** Most peers in memory. It is far above any real number of replicas. */
const maxPeers = 1_000;

/** `own` is the name of this replica. A peer is forgotten after a silence of `deadAfterMs`. */
type PeersParts = { own: string; deadAfterMs: number; clock: Pick<Clock, 'now'> };

/**
 * Returns the known peers: none at first. Replicas need not know the same peers. While two disagree, some rows are in the
 * partitions of both or of neither. The latter come a second late.
 */
export function createPeers({ own, deadAfterMs, clock }: PeersParts) {
  // Not a bounded map: at the bound a new name is refused, because forgetting an old peer would change all partitions.
  const peers = new Map<string, { heardAt: number; work: readonly string[] }>();

  /** Forgets silent peers, and those whose time is far ahead because the clock was set back. */
  function living() {
    for (const [name, { heardAt }] of peers) if (Math.abs(clock.now() - heardAt) > deadAfterMs) peers.delete(name);
    return peers;
  }

  return {
    /** Remembers a peer that was heard, and the work that it shares with this replica. Returns whether it is new. */
    add(name: string, work: readonly string[]): boolean {
      const isNew = !living().has(name);
      if (isNew && peers.size >= maxPeers) return false;
      peers.set(name, { heardAt: clock.now(), work });
      return isNew;
    },

    /** Forgets a peer that left. */
    remove: (name: string) => void peers.delete(name),

    /** Returns whether no peer is known. */
    isAlone: () => living().size === 0,

    /** Returns this replica's partition among all that do exactly this work. Names decide the order. */
    partition(work: string): Partition {
      const others = [...living()].filter(([, peer]) => peer.work.includes(work)).map(([name]) => name);
      return { of: others.length + 1, mine: others.filter((name) => name < own).length };
    },
  };
}
