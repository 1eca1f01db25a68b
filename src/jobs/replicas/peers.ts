/** How replicas that are not busy divide what is due: each takes its share at once, and what nobody took a little later. */
import type { Clock } from '../../concurrency/clock.ts';

/** The rows whose number leaves `mine` when it is divided by `of`. One replica alone has them all: `everything`. */
export type Share = { of: number; mine: number };
export const everything: Share = { of: 1, mine: 0 };

/** More replicas than anybody runs: names are kept for so many and no more. */
const most = 1_000;

/**
 * The other replicas, as far as they were heard of within the last `dead` milliseconds. They need not all have heard the
 * same: for as long as two disagree, some of what is due is for both of them or for neither, and comes a second late.
 */
export function createFellows({ own, dead, clock }: { own: string; dead: number; clock: Clock }) {
  const fellows = new Map<string, { at: number; does: readonly string[] }>();

  function present() {
    // Also when our clock was set back: nobody was heard of in the future.
    for (const [name, { at }] of fellows) if (Math.abs(clock.now() - at) > dead) fellows.delete(name);
    return fellows;
  }

  return {
    /** One is there, and does this work. Tells whether it was not known to be. */
    heard(name: string, does: readonly string[]): boolean {
      const isNew = !present().has(name);
      if (isNew && fellows.size >= most) return false;
      fellows.set(name, { at: clock.now(), does });
      return isNew;
    },

    /** One said farewell. */
    left: (name: string) => void fellows.delete(name),

    /** Whether nobody else is there. */
    isAlone: () => present().size === 0,

    /** This replica's share of some work among all that do exactly the same. */
    share(work: string): Share {
      const others = [...present()].flatMap(([name, { does }]) => (does.includes(work) ? [name] : []));
      return { of: others.length + 1, mine: others.filter((name) => name < own).length };
    },
  };
}
