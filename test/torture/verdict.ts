/** The verdict of a run of the torture, alike for all three levels: counts, and the seeds that failed. */

/** 1: a simulation. 2: the simulation on databases that are not in memory. 3: real processes. */
export type Level = 1 | 2 | 3;

/**
 * `seeds`, `commands` and `kills` say how much was done.
 * - `lost`: accepted calls that never got an answer.
 * - `twice`: calls that got more than one answer.
 * - `wrongPerson`: pictures that a person saw who did not ask for them, or that were in a wrong place.
 * - `paidTwice`: calls that PhotoGPT charged more than once.
 * - `cannotTell`: notices that a request ended as ambiguous. They are no failure.
 * - `failingSeeds`: seeds that broke one of these or any other invariant.
 */
export type Verdict = {
  level: Level;
  seeds: number;
  commands: number;
  kills: number;
  lost: number;
  twice: number;
  wrongPerson: number;
  paidTwice: number;
  cannotTell: number;
  failingSeeds: number[];
};

/**
 * An order to any level: run the `seeds` seeds from `from` on. Level 3 makes at least `kills` real kills. `log` gets
 * lines to read while it runs.
 */
export type Order = { seeds: number; from: number; kills?: number; log(line: string): void };

/** Returns the sums of the counts of several runs. */
export function sum(level: Level, parts: readonly Omit<Verdict, 'level'>[]): Verdict {
  const of = (name: Exclude<keyof Verdict, 'level' | 'failingSeeds'>) =>
    parts.reduce((total, part) => total + part[name], 0);
  return {
    level,
    seeds: of('seeds'),
    commands: of('commands'),
    kills: of('kills'),
    lost: of('lost'),
    twice: of('twice'),
    wrongPerson: of('wrongPerson'),
    paidTwice: of('paidTwice'),
    cannotTell: of('cannotTell'),
    failingSeeds: parts.flatMap(({ failingSeeds }) => failingSeeds).sort((a, b) => a - b),
  };
}

/** Whether nothing was lost, posted twice, shown to the wrong person or paid twice, and no seed failed otherwise. */
export const isClean = ({ lost, twice, wrongPerson, paidTwice, failingSeeds }: Verdict) =>
  lost + twice + wrongPerson + paidTwice + failingSeeds.length === 0;

/** Returns the verdict as a table for people. */
export function tableOf(verdict: Verdict): string {
  return Object.entries(verdict)
    .map(([name, value]) => `${name.padEnd(13)} ${Array.isArray(value) ? value.join(' ') || '-' : value}`)
    .join('\n');
}
