/** Runs seeds one after another on one arena, and counts what came of them. */
import type { Arena } from './arena.ts';
import type { Mutant } from './mutants.ts';
import { planOf } from './plan-of-seed.ts';
import { runPlan } from './run-plan.ts';
import { type Level, sum, type Verdict } from './verdict.ts';

/** On a database that runs statements side by side, requests within so many milliseconds of the world's time do. */
const sideBySide = 3;

export type SeedRun = { level: Level; arena: Arena; seeds: readonly number[]; mutant?: Mutant };

/** `told` hears of every seed as it ends. */
export async function runSeeds(run: SeedRun, told: (seed: number, line: string | undefined) => void): Promise<Verdict> {
  const parts: Omit<Verdict, 'level'>[] = [];
  for (const seed of run.seeds) {
    const found = await runPlan(planOf(seed), {
      arena: run.arena,
      mutant: run.mutant,
      together: run.level === 2 ? sideBySide : 0,
    });
    const failed = found.violations.length > 0;
    const { commands, kills, lost, twice, wrongPerson, paidTwice, cannotTell } = found;
    const counts = { commands, kills, lost, twice, wrongPerson, paidTwice, cannotTell };
    parts.push({ ...counts, seeds: 1, failingSeeds: failed ? [seed] : [] });
    told(seed, failed ? `seed ${seed}: ${found.violations.join('; ')}` : undefined);
  }
  return sum(run.level, parts);
}
