/** What happens in one seed: who asks for what, how each replica ends, what the far ends do. The same seed gives the same list. */
import { createRandom } from '../../../src/sandbox/studio/random.ts';
import { pointNames } from './points.ts';

/** A point that was not reached within this is not going to be, and the replica is killed where it is. Milliseconds. */
const pointPatience = 2_500;

/** How a replica ends: at a point of its own if it gets there in time, or so many milliseconds after it was started or ready. */
export type Fate =
  | { at: string; how: 'SIGKILL' | 'SIGSTOP'; patience: number }
  | { after: number; from: 'start' | 'ready'; how: 'SIGKILL' | 'SIGSTOP' | 'SIGTERM' };

export type Wish = {
  prompt: string;
  platform: 'discord' | 'slack';
  /** Numbers that people and channels are chosen by. */
  person: number;
  channel: number;
  kind: 'imagine' | 'video';
  isPrivate: boolean;
  /** The platform sends it a second time. */
  twice: boolean;
  /** Milliseconds until the next one. */
  pause: number;
};

/** One thing that goes wrong at a far end. */
export type Mishap = { where: 'photogpt' | 'discord' | 'slack'; what: number; path: number; pause: number };

const animals = ['fox', 'heron', 'otter', 'lynx', 'badger', 'swift', 'newt', 'hare'];

/** Shares of how replicas end: at a point, frozen at one, at some moment, frozen then, while starting, asked to stop. */
const ends = [0.5, 0.62, 0.8, 0.88, 0.95] as const;

/** With a `tour`, replicas die at these points and at nothing else, one after the other. */
export function createSchedule(seed: number, { hasSlack, tour }: { hasSlack: boolean; tour?: readonly string[] }) {
  const stations = [...(tour ?? [])];
  const wishes = createRandom(`wishes ${seed}`);
  const fates = createRandom(`fates ${seed}`);
  const mishaps = createRandom(`mishaps ${seed}`);
  const points = pointNames.filter((name) => hasSlack || !/Slack|Upload/.test(name));
  const below = (random: typeof wishes, count: number) => Math.floor(random.next() * count);
  let asked = 0;

  return {
    wish(): Wish {
      asked += 1;
      const { next } = wishes;
      return {
        // Ends with a letter, so that none is the beginning of another.
        prompt: `a ${animals[below(wishes, animals.length)]} s${seed}n${asked}x`,
        platform: hasSlack && next() < 0.4 ? 'slack' : 'discord',
        person: below(wishes, 100),
        channel: below(wishes, 100),
        kind: next() < 0.06 || (tour && asked % 5 === 1) ? 'video' : 'imagine',
        isPrivate: next() < 0.15,
        twice: next() < 0.15,
        pause: next() * 700,
      };
    },
    fate(): Fate {
      const { next } = fates;
      const station = stations.shift();
      if (station) return { at: station, how: 'SIGKILL', patience: 20_000 };
      const which = next();
      const at = `${points[below(fates, points.length)]}:${next() < 0.75 ? 1 : 2}`;
      if (which < ends[0]) return { at, how: 'SIGKILL', patience: pointPatience };
      if (which < ends[1]) return { at, how: 'SIGSTOP', patience: pointPatience };
      if (which < ends[2]) return { after: next() * 3_000, from: 'ready', how: 'SIGKILL' };
      if (which < ends[3]) return { after: next() * 2_000, from: 'ready', how: 'SIGSTOP' };
      if (which < ends[4]) return { after: next() * 800, from: 'start', how: 'SIGKILL' };
      return { after: next() * 2_000, from: 'ready', how: 'SIGTERM' };
    },
    mishap(): Mishap {
      const { next } = mishaps;
      const where = next() < 0.5 ? 'photogpt' : hasSlack && next() < 0.4 ? 'slack' : 'discord';
      return { where, what: below(mishaps, 1_000), path: below(mishaps, 1_000), pause: 300 + next() * 2_000 };
    },
    /** How long a frozen replica stays so, in the bot's own milliseconds: longer than any lease, shorter than lease and grace. */
    frozen: () => 46_000 + fates.next() * 40_000,
    /** How the server ends, and for how many milliseconds it is away. */
    outage: () => ({
      signal: fates.next() < 0.5 ? ('SIGKILL' as const) : ('SIGQUIT' as const),
      down: fates.next() * 800,
    }),
  };
}

export type Schedule = ReturnType<typeof createSchedule>;
