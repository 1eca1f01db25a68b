/** Kills the bot at every single point of a story, once in each run. */
import type { Arena } from './arena.ts';
import type { Plan, Stage } from './plan.ts';
import { runPlan } from './run-plan.ts';

const stages: Stage[] = ['before', 'effect', 'after'];

/**
 * Kills the bot at each request that changed something or left the process: before it is sent, after its effect, and
 * after its answer. `take` picks some of these points. Returns the number of runs, and what was broken where.
 */
export async function everyKill(arena: Arena, plan: Plan, take: (index: number) => boolean = () => true) {
  const { points } = await runPlan(plan, { arena, epilogue: 0 });
  const all = points.flatMap((io) => stages.map((stage) => ({ io, stage })));
  const broken: string[] = [];
  let runs = 0;
  let cannotTell = 0;
  for (const [index, kill] of all.entries()) {
    if (!take(index)) continue;
    const found = await runPlan({ ...plan, kills: [kill] }, { arena, epilogue: 0 });
    runs += 1;
    cannotTell += found.cannotTell;
    for (const violation of found.violations) broken.push(`#${kill.io} ${kill.stage}: ${violation}`);
  }
  return { runs, points: all.length, cannotTell, broken };
}
