/** The work that every policy is given: the same jobs at the same times, from one seed. */
import { createRandom } from '../../src/sandbox/studio/random.ts';

/** A kind of job: which share of all it is, its median time in seconds. */
export type Kind = { model: string; share: number; median: number };

/**
 * Pictures, slower pictures, videos, and a few very long ones: what a busy place asks for. All go by the names of picture
 * models here, because a picture's result takes one call and a video's three, whatever watches it.
 */
export const mixed: Kind[] = [
  { model: 'nanobanana-2', share: 0.6, median: 6 },
  { model: 'seedream', share: 0.25, median: 25 },
  { model: 'gpt-image-2', share: 0.13, median: 120 },
  { model: 'nanobanana-pro', share: 0.02, median: 420 },
];

/** Durations are log-normal with this spread: two thirds lie within a factor of 1.4 of the median. */
export const spread = 0.35;

/** Mean time of a job in seconds. */
export const meanOf = (kinds: Kind[], sigma = spread) =>
  kinds.reduce((sum, { share, median }) => sum + share * median, 0) * Math.exp(sigma ** 2 / 2);

/** Jobs in columns, because there may be millions: when each is created and when it ends, in milliseconds, and its kind. */
export type Jobs = { count: number; created: Float64Array; ended: Float64Array; kind: Uint8Array; kinds: Kind[] };

type Wish = {
  kinds?: Kind[];
  sigma?: number;
  /** How many are under way at any time, on average. */
  inFlight: number;
  from: number;
  to: number;
  seed: number;
  /** Jobs created from then on take twice as long. */
  slowerFrom?: number;
};

/**
 * Jobs that arrive at random (Poisson) between `from` and `to`. With one in flight they come one after the other, each
 * two seconds after the last ended, so that there never is more than one.
 */
export function arrivalsOf({ kinds = mixed, sigma = spread, inFlight, from, to, seed, slowerFrom }: Wish): Jobs {
  const { next: random } = createRandom(`arrivals ${seed}`);
  const mean = (meanOf(kinds, sigma) * 1000) / inFlight;
  const room = Math.ceil(((to - from) / mean) * 1.2 + 10 * Math.sqrt((to - from) / mean) + 100);
  const [created, ended, kind] = [new Float64Array(room), new Float64Array(room), new Uint8Array(room)];
  const draw = drawing({ kinds, sigma, random });
  let count = 0;
  for (let at = from; count < room; count += 1) {
    at += inFlight === 1 ? 2_000 : -Math.log(1 - random()) * mean;
    if (at >= to) break;
    const drawn = draw();
    [created[count], kind[count]] = [at, drawn.kind];
    ended[count] = at + drawn.milliseconds * (slowerFrom !== undefined && at >= slowerFrom ? 2 : 1);
    if (inFlight === 1) at = ended[count] ?? at;
  }
  return { count, created, ended, kind, kinds };
}

/** The place in `kinds` of what lies at `share` (0 to 1) of all work. */
function kindAt(kinds: Kind[], share: number): number {
  let [kind, sum] = [0, kinds[0]?.share ?? 1];
  while (share >= sum && kind < kinds.length - 1) {
    kind += 1;
    sum += kinds[kind]?.share ?? 0;
  }
  return kind;
}

/** The fractional parts of its multiples are spread evenly, however many of them there are. */
const golden = (Math.sqrt(5) - 1) / 2;

/** The kind of the `index`-th of calls that come one after the other: of any hundred, each kind has its share. */
export const kindOfCall = (kinds: Kind[], index: number): Kind | undefined =>
  kinds[kindAt(kinds, (index * golden) % 1)];

/** Draws one job after another: its kind, unless one is given, and how long it takes. */
export function drawing({ kinds, sigma, random }: { kinds: Kind[]; sigma: number; random: () => number }) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return (given?: number): { kind: number; milliseconds: number } => {
    const kind = given ?? kindAt(kinds, random());
    return { kind, milliseconds: 1000 * (kinds[kind]?.median ?? 1) * Math.exp(sigma * normal()) };
  };
}

/** The first job created at `at` or later. */
export function firstFrom({ created, count }: Jobs, at: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((created[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
