/** The work of every policy: the same jobs at the same times, from one seed. */
import { createRandom } from '../../src/sandbox/studio/random.ts';

/** A kind of job: its fraction of all jobs (`share`), and its median time in seconds. */
export type Kind = { model: string; share: number; median: number };

/**
 * The work of a busy place: pictures, slower pictures, videos, and a few very long ones. All have names of picture
 * models here, because a picture's result takes one call and a video's three under every policy.
 */
export const mixed: Kind[] = [
  { model: 'nanobanana-2', share: 0.6, median: 6 },
  { model: 'seedream', share: 0.25, median: 25 },
  { model: 'gpt-image-2', share: 0.13, median: 120 },
  { model: 'nanobanana-pro', share: 0.02, median: 420 },
];

/** Spread of durations, which are log-normal: two thirds lie within a factor of 1.4 of the median. */
export const spread = 0.35;

/** Returns the mean time of a job in seconds. */
export const meanOf = (kinds: Kind[], sigma = spread) =>
  kinds.reduce((sum, { share, median }) => sum + share * median, 0) * Math.exp(sigma ** 2 / 2);

/**
 * Jobs in columns, because there may be millions: the time of creation and of the end, in milliseconds, and the kind.
 */
export type Jobs = { count: number; created: Float64Array; ended: Float64Array; kind: Uint8Array; kinds: Kind[] };

type Wish = {
  kinds?: Kind[];
  sigma?: number;
  /** Mean number of jobs under way at any time. */
  inFlight: number;
  from: number;
  to: number;
  seed: number;
  /** The time from which on jobs take twice as long. */
  slowerFrom?: number;
};

/**
 * Returns jobs that arrive at random (Poisson) between `from` and `to`. With one in flight, each arrives two seconds
 * after the end of the last, so that there is never more than one.
 */
export function arrivalsOf({ kinds = mixed, sigma = spread, inFlight, from, to, seed, slowerFrom }: Wish): Jobs {
  const { next: random } = createRandom(`arrivals ${seed}`);
  const mean = (meanOf(kinds, sigma) * 1000) / inFlight;
  const room = Math.ceil(((to - from) / mean) * 1.2 + 10 * Math.sqrt((to - from) / mean) + 100);
  const created = new Float64Array(room);
  const ended = new Float64Array(room);
  const kind = new Uint8Array(room);
  const draw = drawing({ kinds, sigma, random });
  let count = 0;
  for (let at = from; count < room; count += 1) {
    at += inFlight === 1 ? 2_000 : -Math.log(1 - random()) * mean;
    if (at >= to) break;
    const drawn = draw();
    created[count] = at;
    kind[count] = drawn.kind;
    ended[count] = at + drawn.milliseconds * (slowerFrom !== undefined && at >= slowerFrom ? 2 : 1);
    if (inFlight === 1) at = ended[count] ?? at;
  }
  return { count, created, ended, kind, kinds };
}

/** Returns the index in `kinds` of the work at `fraction` (0 to 1) of all work. */
function kindAt(kinds: Kind[], fraction: number): number {
  let kind = 0;
  let sum = kinds[0]?.share ?? 1;
  while (fraction >= sum && kind < kinds.length - 1) {
    kind += 1;
    sum += kinds[kind]?.share ?? 0;
  }
  return kind;
}

/** The golden ratio's fractional part. Those of its multiples are spread evenly, for any number of them. */
const golden = (Math.sqrt(5) - 1) / 2;

/** Returns the kind of the `index`-th call. Each kind has its fraction of any hundred calls in a row. */
export const kindOfCall = (kinds: Kind[], index: number): Kind | undefined =>
  kinds[kindAt(kinds, (index * golden) % 1)];

/** Returns a function that draws one job after another: its kind, unless one is given, and its duration. */
export function drawing({ kinds, sigma, random }: { kinds: Kind[]; sigma: number; random: () => number }) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return (given?: number): { kind: number; milliseconds: number } => {
    const kind = given ?? kindAt(kinds, random());
    return { kind, milliseconds: 1000 * (kinds[kind]?.median ?? 1) * Math.exp(sigma * normal()) };
  };
}

/** Returns the index of the first job created at `at` or later. */
export function firstFrom({ created, count }: Jobs, at: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((created[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
