/** Decides the fate of every single request: how long it takes, and whether it or its answer gets lost. */
import type { Chance } from './chance.ts';
import type { Fate, Life } from './life.ts';
import type { Mishap, Plan, Side } from './plan.ts';

type Cut = { replica: number; from: Side; until: number };
/** An answer of a front server of PhotoGPT: 429, or 5xx before or after the effect. */
export type Trouble = 'busy' | 'broken before' | 'broken after';

/** Shortest and longest time of one way, in milliseconds. */
const wayMs: Record<Side, [number, number]> = { db: [1, 4], api: [40, 250], chat: [40, 250] };
/** Milliseconds until a caller gives up waiting for an answer. The client of PhotoGPT gives up after 30 s. */
const givesUpAfterMs: Record<Side, number> = { db: 5_000, api: 30_000, chat: 15_000 };

/** Returns the fates of a plan. `now` is the world's time, and `start` the time of its beginning. */
export function createFates(plan: Plan, chance: Chance, now: () => number, start: number) {
  const cuts: Cut[] = [];
  let stormUntil = 0;
  let outageUntil = 0;
  const isCalm = () => now() - start >= plan.calm * 1000;

  const seen = plan.mishaps.map(() => 0);
  const deaths = new Map(plan.kills.map(({ io, stage }) => [io, stage]));

  /** Returns the fate that the plan names for exactly this request. */
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
    const [least, most] = wayMs[side];
    const usual: Fate = {
      sent: chance.between(least, most),
      answered: chance.between(least, most),
      // The caller notices half of the losses at once, by a connection that breaks.
      givesUp: chance.happens(0.5) ? chance.between(most, 4 * most) : givesUpAfterMs[side],
    };
    if (isUnreachable(side, life)) return { ...usual, lost: 'request' };
    if (isCalm()) return usual;
    const isPaid = side === 'api' && what.endsWith('/generation');
    if (isPaid && chance.happens(plan.api.late)) {
      return { ...usual, late: usual.givesUp + chance.between(0, plan.api.latest * 1000) };
    }
    return byLosses(side, usual);
  }

  function isUnreachable(side: Side, life: Life): boolean {
    const isCut = cuts.some((cut) => cut.replica === life.replica && cut.from === side && now() < cut.until);
    return isCut || (side === 'api' && now() < outageUntil);
  }

  function byLosses(side: Side, usual: Fate): Fate {
    if (chance.happens(plan.losses[side].request)) return { ...usual, lost: 'request' };
    if (chance.happens(plan.losses[side].answer))
      return { ...usual, lost: 'answer', givesUp: Math.max(usual.givesUp, wayMs[side][1]) };
    // A few answers take nearly as long as the caller waits.
    if (side !== 'db' && chance.happens(0.02))
      return { ...usual, answered: givesUpAfterMs[side] * chance.between(0.2, 0.9) };
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
