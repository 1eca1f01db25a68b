/** What a run of the torture says in the end, the same for all three levels: counts, and the seeds that failed. */

export type Level = 1 | 2 | 3;

/**
 * `seeds`, `commands` and `kills` say how much was done. `lost`: accepted calls that never got an answer. `twice`: calls
 * answered more than once. `wrongPerson`: pictures shown to somebody who did not ask for them, or in a place where they
 * may not be seen. `paidTwice`: calls that PhotoGPT charged for more than once. `cannotTell`: honest notices that nobody
 * knows what became of a request; they are no failure. `failingSeeds` also names seeds that broke any other invariant.
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
 * What every level is asked for: `seeds` many seeds, counted from `from`. `kills` is for level 3: how many real kills
 * at the least. `log` gets a line for everything worth reading while it runs.
 */
export type Order = { seeds: number; from: number; kills?: number; log(line: string): void };

/** The counts of runs that belong together. */
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

/** Whether nothing was lost, said twice, shown to the wrong person or paid twice, and no seed failed otherwise. */
export const isClean = ({ lost, twice, wrongPerson, paidTwice, failingSeeds }: Verdict) =>
  lost + twice + wrongPerson + paidTwice + failingSeeds.length === 0;

/** The verdict for people. */
export function tableOf(verdict: Verdict): string {
  return Object.entries(verdict)
    .map(([name, value]) => `${name.padEnd(13)} ${Array.isArray(value) ? value.join(' ') || '-' : value}`)
    .join('\n');
}
