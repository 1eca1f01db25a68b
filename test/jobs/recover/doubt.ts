/** Requests whose answer was lost, for the tests of recovery. */
import { expect } from 'vitest';
import { z } from 'zod';
import { absenceGraceMs } from '../../../src/jobs/timings.ts';
import { secret, signal, type World } from '../world.ts';

/** Sends a job whose answer gets lost, and returns its id. `hasArrived` says whether PhotoGPT has the job. */
export async function jobInDoubt(world: World, hasArrived: boolean): Promise<number> {
  world.sandbox.faults.add({
    match: { operation: 'generateImage' },
    fault: { answer: 'drop', effect: hasArrived },
    times: 1,
  });
  const { id } = await world.asked();
  await world.bot.submit();
  expect((await world.row(id)).state).toBe('unknown');
  return id;
}

const started = z.object({ result: z.object({ jobId: z.string() }) });

/** Starts a job as another program with the same key does, and returns its id at PhotoGPT. */
export async function startForeignJob(world: World): Promise<string> {
  const response = await fetch(`${world.sandbox.url}/images/generation`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'api-version': '1', 'content-type': 'application/json' },
    body: JSON.stringify({ modelID: 'nanobanana-2', prompt: 'a stranger’s picture' }),
  });
  const { result } = started.parse(await response.json());
  return result.jobId;
}

/** Reconciles again and again until the grace is over. */
export async function reconcileThroughGrace(world: World): Promise<void> {
  for (let passed = 0; passed <= absenceGraceMs / 1000 + 16; passed += 4) {
    await world.bot.reconcile(signal);
    world.pass(4);
  }
}
