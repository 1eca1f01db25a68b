/** Runs one seed of level 1 and shows everything that happens in it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dumpTemplate, openEmbeddedArena } from './open-arena.ts';
import { planOf } from './plan-of-seed.ts';
import { runPlan } from './run-plan.ts';

/** Returns the broken invariants. */
export async function replay(seed: number, show: (line: string) => void): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-torture-'));
  try {
    const template = join(folder, 'template.tar');
    await writeFile(template, await dumpTemplate());
    const arena = await openEmbeddedArena(template);
    const plan = planOf(seed);
    show(JSON.stringify(plan, undefined, 1));
    const { violations, ...counts } = await runPlan(plan, {
      arena,
      log: show,
      complain: (line) => show(`         the bot says: ${line.trim().slice(0, 400)}`),
    });
    show(JSON.stringify(counts));
    for (const violation of violations) show(`BROKEN ${violation}`);
    await arena.close();
    return violations;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
