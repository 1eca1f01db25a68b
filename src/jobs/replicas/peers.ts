/** How replicas that are not busy divide what is due: each takes its share at once, and what nobody took a little later. */
import type { Clock } from '../../concurrency/clock.ts';

/** The rows whose number leaves `mine` when it is divided by `of`. One replica alone has them all: `everything`. */
export type Partition = { of: number; mine: number };
export const wholePartition: Partition = { of: 1, mine: 0 };

/** More replicas than anybody runs: names are kept for so many and no more. */
const most = 1_000;

/**
 * The other replicas, as far as they were heard of within the last `dead` milliseconds. They need not all have heard the
 * same: for as long as two disagree, some of what is due is for both of them or for neither, and comes a second late.
 */
export function createPeers({ own, dead, clock }: { own: string; dead: number; clock: Clock }) {
  const peers = new Map<string, { at: number; does: readonly string[] }>();

  function present() {
    // Also when our clock was set back: nobody was heard of in the future.
    for (const [name, { at }] of peers) if (Math.abs(clock.now() - at) > dead) peers.delete(name);
    return peers;
  }

  return {
    /** One is there, and does this work. Tells whether it was not known to be. */
    heard(name: string, does: readonly string[]): boolean {
      const isNew = !present().has(name);
      if (isNew && peers.size >= most) return false;
      peers.set(name, { at: clock.now(), does });
      return isNew;
    },

    /** One said farewell. */
    left: (name: string) => void peers.delete(name),

    /** Whether nobody else is there. */
    isAlone: () => present().size === 0,

    /** This replica's share of some work among all that do exactly the same. */
    partition(work: string): Partition {
      const others = [...present()].flatMap(([name, { does }]) => (does.includes(work) ? [name] : []));
      return { of: others.length + 1, mine: others.filter((name) => name < own).length };
    },
  };
}
