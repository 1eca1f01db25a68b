/**
 * The schedule of one seed: calls of people, ends of replicas, and mishaps at PhotoGPT and the chats. A seed repeats
 * its schedule.
 */
import { createRandom } from '../../../src/sandbox/studio/random.ts';
import { pointNames } from './points.ts';

/** Time in which a replica reaches its point, if ever. It is killed where it is after that. */
const pointTimeoutMs = 2_500;

/**
 * The end of a replica: at a point if it gets there within `timeoutMs` milliseconds, or `after` milliseconds from its
 * start or from when it was ready.
 */
export type Fate =
  | { at: string; how: 'SIGKILL' | 'SIGSTOP'; timeoutMs: number }
  | { after: number; from: 'start' | 'ready'; how: 'SIGKILL' | 'SIGSTOP' | 'SIGTERM' };

/** A call of a person. */
export type Wish = {
  prompt: string;
  platform: 'discord' | 'slack';
  /** Numbers that choose the person and the channel. */
  person: number;
  channel: number;
  kind: 'imagine' | 'video';
  isPrivate: boolean;
  /** The platform sends it a second time. */
  twice: boolean;
  /** Milliseconds until the next call. */
  pause: number;
};

/** A mishap at PhotoGPT or a chat. `what` and `path` are numbers that choose it. */
export type Mishap = { where: 'photogpt' | 'discord' | 'slack'; what: number; path: number; pause: number };

const animals = ['fox', 'heron', 'otter', 'lynx', 'badger', 'swift', 'newt', 'hare'];

/**
 * Bounds of the draw for the end of a replica: at a point, frozen at one, at a moment, frozen then, while starting,
 * asked to stop.
 */
const ends = [0.5, 0.62, 0.8, 0.88, 0.95] as const;

/** Returns the schedule. With a `tour`, the replicas die at these points, one after the other. */
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
      if (station) return { at: station, how: 'SIGKILL', timeoutMs: 20_000 };
      const which = next();
      const at = `${points[below(fates, points.length)]}:${next() < 0.75 ? 1 : 2}`;
      if (which < ends[0]) return { at, how: 'SIGKILL', timeoutMs: pointTimeoutMs };
      if (which < ends[1]) return { at, how: 'SIGSTOP', timeoutMs: pointTimeoutMs };
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
    /**
     * Milliseconds by the clock of the bot for which a replica is frozen: more than any lease, less than lease and
     * grace.
     */
    frozen: () => 46_000 + fates.next() * 40_000,
    /** The signal that ends the server, and the milliseconds for which it is away. */
    outage: () => ({
      signal: fates.next() < 0.5 ? ('SIGKILL' as const) : ('SIGQUIT' as const),
      down: fates.next() * 800,
    }),
  };
}

/** See `createSchedule`. */
export type Schedule = ReturnType<typeof createSchedule>;
