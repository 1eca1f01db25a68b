/** Randomness that a seed repeats. */

/** See `createChance`. */
export type Chance = ReturnType<typeof createChance>;

/** Returns numbers that depend on the seed alone (mulberry32), not on the machine. */
export function createChance(seed: number) {
  let state = (seed * 0x9e3779b1) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    /** Returns a number from 0 up to, but not including, 1. */
    next,
    /** Returns true with a probability from 0 to 1. */
    happens: (probability: number) => next() < probability,
    /** Returns a number from `min` to `max`. */
    between: (min: number, max: number) => min + (max - min) * next(),
    /** Returns a whole number from `min` to `max`, both included. */
    whole: (min: number, max: number) => min + Math.floor(next() * (max - min + 1)),
    /** Returns one of the items. */
    pick<T>(items: readonly [T, ...T[]]): T {
      return items[Math.floor(next() * items.length)] ?? items[0];
    },
  };
}
