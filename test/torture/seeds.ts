/** Runs seeds one after another on one arena, and adds up what the judge found. */
import type { Arena } from './arena.ts';
import type { Mutant } from './mutants.ts';
import { planOf } from './plan-of-seed.ts';
import { runPlan } from './run-plan.ts';
import { type Level, sum, type Verdict } from './verdict.ts';

/** Requests within this time run side by side, on a database that can do that. Milliseconds of the world's time. */
const sideBySideMs = 3;

/** Seeds, and where they run. */
export type SeedRun = { level: Level; arena: Arena; seeds: readonly number[]; mutant?: Mutant };

/** Runs the seeds. `onSeed` is called when one ends, with a line if it failed. */
export async function runSeeds(
  run: SeedRun,
  onSeed: (seed: number, line: string | undefined) => void,
): Promise<Verdict> {
  const parts: Omit<Verdict, 'level'>[] = [];
  for (const seed of run.seeds) {
    const found = await runPlan(planOf(seed), {
      arena: run.arena,
      mutant: run.mutant,
      together: run.level === 2 ? sideBySideMs : 0,
    });
    const failed = found.violations.length > 0;
    const { commands, kills, lost, twice, wrongPerson, paidTwice, cannotTell } = found;
    const counts = { commands, kills, lost, twice, wrongPerson, paidTwice, cannotTell };
    parts.push({ ...counts, seeds: 1, failingSeeds: failed ? [seed] : [] });
    onSeed(seed, failed ? `seed ${seed}: ${found.violations.join('; ')}` : undefined);
  }
  return sum(run.level, parts);
}
