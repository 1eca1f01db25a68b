/** Decides what becomes of every single request: how long it takes, and whether it or its answer gets lost. */
import type { Chance } from './chance.ts';
import type { Fate, Life } from './life.ts';
import type { Mishap, Plan, Side } from './plan.ts';

type Cut = { replica: number; from: Side; until: number };
export type Trouble = 'busy' | 'broken before' | 'broken after';

/** Milliseconds one way, at least and at most. */
const distance: Record<Side, [number, number]> = { db: [1, 4], api: [40, 250], chat: [40, 250] };
/** How long one waits for an answer that does not come. The client of PhotoGPT gives up after 30 s. */
const patience: Record<Side, number> = { db: 5_000, api: 30_000, chat: 15_000 };

/** `now` is the world's time, `start` that of its beginning. */
export function createFates(plan: Plan, chance: Chance, now: () => number, start: number) {
  const cuts: Cut[] = [];
  let [stormUntil, outageUntil] = [0, 0];
  const isCalm = () => now() - start >= plan.calm * 1000;

  const seen = plan.mishaps.map(() => 0);
  const deaths = new Map(plan.kills.map(({ io, stage }) => [io, stage]));

  /** What the plan has in store for exactly this request. */
  function planned(io: number, side: Side, what: string): Partial<Fate> {
    let found: Partial<Fate> = { dies: deaths.get(io) };
    for (const [index, mishap] of plan.mishaps.entries()) {
      if (mishap.side !== side || !what.includes(mishap.what)) continue;
      seen[index] = (seen[index] ?? 0) + 1;
      if (seen[index] === mishap.nth) found = { ...found, ...fateBy(mishap) };
    }
    return found;
  }

  const fate = (io: number, side: Side, what: string, life: Life): Fate => ({
    ...byChance(side, what, life),
    ...planned(io, side, what),
  });

  function byChance(side: Side, what: string, life: Life): Fate {
    const [least, most] = distance[side];
    const usual: Fate = {
      sent: chance.between(least, most),
      answered: chance.between(least, most),
      // Half of what is lost is noticed at once, by a connection that breaks.
      givesUp: chance.happens(0.5) ? chance.between(most, 4 * most) : patience[side],
    };
    const isCut = cuts.some((cut) => cut.replica === life.replica && cut.from === side && now() < cut.until);
    if (isCut || (side === 'api' && now() < outageUntil)) return { ...usual, lost: 'request' };
    if (isCalm()) return usual;
    const paid = side === 'api' && what.endsWith('/generation');
    if (paid && chance.happens(plan.api.late)) {
      return { ...usual, late: usual.givesUp + chance.between(0, plan.api.latest * 1000) };
    }
    if (chance.happens(plan.losses[side].request)) return { ...usual, lost: 'request' };
    if (chance.happens(plan.losses[side].answer))
      return { ...usual, lost: 'answer', givesUp: Math.max(usual.givesUp, most) };
    // Now and then an answer takes nearly as long as one is willing to wait.
    if (side !== 'db' && chance.happens(0.02)) return { ...usual, answered: patience[side] * chance.between(0.2, 0.9) };
    return usual;
  }

  function trouble(): Trouble | undefined {
    if (now() < stormUntil) return 'busy';
    if (isCalm()) return undefined;
    if (chance.happens(plan.api.busy)) return 'busy';
    if (chance.happens(plan.api.broken)) return chance.happens(0.5) ? 'broken before' : 'broken after';
    return undefined;
  }

  return {
    fate,
    trouble,
    cut: (cut: Cut) => void cuts.push(cut),
    storm: (until: number) => {
      stormUntil = until;
    },
    outage: (until: number) => {
      outageUntil = until;
    },
  };
}

function fateBy(mishap: Mishap): Partial<Fate> {
  if ('dies' in mishap) return { dies: mishap.dies };
  if ('lost' in mishap) return { lost: mishap.lost, late: undefined, givesUp: mishap.noticed * 1000 };
  if ('late' in mishap) return { lost: undefined, late: mishap.late * 1000, givesUp: mishap.noticed * 1000 };
  if ('slow' in mishap) return { lost: undefined, late: undefined, answered: mishap.slow * 1000 };
  return { lost: undefined, late: undefined, pause: mishap.pause * 1000 };
}
