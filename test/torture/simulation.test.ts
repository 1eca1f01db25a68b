import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everyKill } from './every-kill.ts';
import { mutantPlans } from './mutant-plans.ts';
import { mutants } from './mutants.ts';
import { calmPlan, command, type Plan, type Stage } from './plan.ts';
import { planOf } from './plan-of-seed.ts';
import { runPlan } from './run-plan.ts';
import { scenarios } from './scenarios.ts';
import { isRepeatable, useArena } from './use-arena.ts';

const arena = useArena();

async function logOf(plan: Plan): Promise<string[]> {
  const lines: string[] = [];
  await runPlan(plan, { arena: arena(), epilogue: 0, log: (line) => void lines.push(line) });
  return lines;
}

describe('the simulation', () => {
  it('repeats a seed to the last byte', async ({ skip }) => {
    skip(!isRepeatable(), 'a server runs statements of one moment in any order');
    const losses = { request: 0.05, answer: 0.05 };
    const plan: Plan = {
      ...calmPlan,
      commands: [command(), command({ at: 2, ack: 'before' })],
      losses: { db: { request: 0.01, answer: 0.01 }, api: losses, chat: losses },
      faults: [{ at: 6, what: 'kill', replica: 0, away: 2 }],
      calm: 8,
    };
    const first = await logOf(plan);
    expect(first.length).toBeGreaterThan(100);
    expect(await logOf(plan)).toEqual(first);
  });

  it.each([1, 2])('keeps every promise with seed %i', async (seed) => {
    const { violations, commands } = await runPlan(planOf(seed), { arena: arena(), epilogue: 10 });
    expect(violations).toEqual([]);
    expect(commands).toBeGreaterThan(0);
  });

  it('keeps every promise when killed on the way of a picture', async () => {
    const { runs, broken } = await everyKill(arena(), scenarios.picture, (index) => index % 12 === 7);
    expect(runs).toBeGreaterThan(3);
    expect(broken).toEqual([]);
  });

  it('keeps every promise with kills at any point', async () => {
    const stage = fc.constantFrom<Stage>('before', 'effect', 'after');
    const kills = fc.array(fc.record({ io: fc.integer({ min: 50, max: 120 }), stage }), { minLength: 1, maxLength: 3 });
    const property = fc.asyncProperty(kills, async (schedule) => {
      const plan: Plan = { ...calmPlan, replicas: 1, commands: [command()], kills: schedule };
      expect((await runPlan(plan, { arena: arena(), epilogue: 0 })).violations).toEqual([]);
    });
    await fc.assert(property, { numRuns: 3, seed: 6 });
  });
});

describe('the simulation, of a bot without a precaution', () => {
  it.each(mutants)('catches the mutant: %s', async (mutant) => {
    const plan = mutantPlans[mutant];
    const { violations } = await runPlan(plan, { arena: arena(), mutant, epilogue: 0 });
    expect(violations).not.toEqual([]);
  });
});
