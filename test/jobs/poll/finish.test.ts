import { describe, expect, it } from 'vitest';
import { createLearnedDurations } from '../../../src/jobs/poll/durations-store.ts';
import { createFinish } from '../../../src/jobs/poll/finish.ts';
import { logTo } from '../../../src/log.ts';
import { PhotoGPTError } from '../../../src/photogpt/error.ts';
import { useDatabase } from '../movable-database.ts';
import { openWorld, signal } from '../world.ts';

const database = useDatabase();
const daySeconds = 86_400;

/** PhotoGPT has never heard of any job. */
const missing = new PhotoGPTError({
  operation: 'getJob',
  verdict: 'refused',
  reason: 'missing',
  message: 'no',
  err: '404',
});

/** A running job, and a process whose own clock is `offSeconds` ahead of the database's. */
async function openOffClock(offSeconds: number) {
  const world = await openWorld({ database });
  const { id } = await world.running();
  const finish = createFinish({
    api: { getJob: () => Promise.reject(missing) },
    transitions: world.transitions,
    learnedDurations: createLearnedDurations({} as never, () => 10),
    clock: { now: () => world.clock.now() + offSeconds * 1_000 },
    log: logTo({ write: () => {} }),
  });
  const row = await world.row(id);
  const submittedAt = row.submittedAt?.getTime() ?? 0;
  const job = { id, remoteId: row.remoteId ?? '', model: row.model, submittedAt };
  return { world, id, finish: () => finish(job, signal) };
}

describe('a job that PhotoGPT does not know', () => {
  it.each([
    ['right', 0],
    ['a day ahead', daySeconds],
    ['a day behind', -daySeconds],
  ])('stays in flight while it is young, with our clock %s', async (_how, offSeconds) => {
    const { world, id, finish } = await openOffClock(offSeconds);
    world.pass(110);
    expect(await finish()).toBe(false);
    expect(await world.row(id)).toMatchObject({ state: 'running' });
  });

  it.each([
    ['right', 0],
    ['a day ahead', daySeconds],
    ['a day behind', -daySeconds],
  ])('has failed once it is two minutes old, with our clock %s', async (_how, offSeconds) => {
    const { world, id, finish } = await openOffClock(offSeconds);
    world.pass(130);
    expect(await finish()).toBe(true);
    expect(await world.row(id)).toMatchObject({ state: 'failed', failure: { code: 'failed' } });
  });
});
