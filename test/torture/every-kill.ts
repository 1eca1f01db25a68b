/** Kills the bot at every single point of a story, once in each run. */
import type { Arena } from './arena.ts';
import type { Plan, Stage } from './plan.ts';
import { runPlan } from './run-plan.ts';

const stages: Stage[] = ['before', 'effect', 'after'];

/**
 * Dies once at every request that changed something or asked somebody outside, before it is sent, after its effect and
 * after its answer. Gives the number of runs, and what was broken where. `take` picks some of the points.
 */
export async function everyKill(arena: Arena, plan: Plan, take: (index: number) => boolean = () => true) {
  const { points } = await runPlan(plan, { arena, epilogue: 0 });
  const all = points.flatMap((io) => stages.map((stage) => ({ io, stage })));
  const broken: string[] = [];
  let [runs, cannotTell] = [0, 0];
  for (const [index, kill] of all.entries()) {
    if (!take(index)) continue;
    const found = await runPlan({ ...plan, kills: [kill] }, { arena, epilogue: 0 });
    runs += 1;
    cannotTell += found.cannotTell;
    for (const violation of found.violations) broken.push(`#${kill.io} ${kill.stage}: ${violation}`);
  }
  return { runs, points: all.length, cannotTell, broken };
}
