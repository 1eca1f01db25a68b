import { describe, expect, it } from 'vitest';
import { createFinish, type FinishOptions } from '../../../src/jobs/poll/finish.ts';
import type { InFlightJob } from '../../../src/jobs/poll/in-flight.ts';
import type { End } from '../../../src/jobs/state/transitions-store.ts';
import { logTo } from '../../../src/log.ts';
import { PhotoGPTError } from '../../../src/photogpt/error.ts';
import { signal } from '../world.ts';

const submittedAt = Date.parse('2026-03-04T10:00:00Z');
const job: InFlightJob = { id: 7, remoteId: 'remote-7', model: 'a-model', submittedAt };
const image = { id: 'i', url: 'https://pictures.example/i' };
const done = {
  jobId: 'remote-7',
  status: 'success' as const,
  rawStatus: 'success',
  error: undefined,
  credits: 4,
  createdAt: undefined as number | undefined,
  updatedAt: undefined as number | undefined,
  modelId: 'a-model',
  images: [image],
  videos: [],
  prompt: undefined,
  seed: undefined,
};
const missing = new PhotoGPTError({
  operation: 'getJob',
  verdict: 'rejected',
  reason: 'missing',
  message: 'no such job',
  err: '404',
});

/** Finishes the job once, with an own clock that differs from the database's by `offMs`. */
async function finishOnce(detail: typeof done | Error, options: FinishOptions = {}, offMs = 0) {
  const ends: End[] = [];
  const learned: [model: string, seconds: number][] = [];
  const finish = createFinish({
    api: {
      async getJob() {
        if (detail instanceof Error) throw detail;
        return detail;
      },
    },
    transitions: {
      async ended(given) {
        ends.push(...given);
        return given.map(() => true);
      },
    },
    learnedDurations: { learned: (model, seconds) => void learned.push([model, seconds]) },
    clock: { now: () => submittedAt + offMs },
    log: logTo({ write: () => {} }),
  });
  return { isOver: await finish(job, signal, options), ends, learned };
}

const aged = (seconds: number): FinishOptions => ({ ageMs: async () => seconds * 1000 });
const dayMs = 86_400_000;
const ownClocks = [
  ['right', 0],
  ['a day ahead', dayMs],
  ['a day behind', -dayMs],
] as const;

describe('finish', () => {
  it.each(ownClocks)(
    'waits for a missing job that is 2 minutes old, by an own clock that is %s',
    async (_how, offMs) => {
      expect(await finishOnce(missing, aged(120), offMs)).toEqual({ isOver: false, ends: [], learned: [] });
    },
  );

  it.each(ownClocks)('gives up a missing job after 2 minutes, by an own clock that is %s', async (_how, offMs) => {
    const { isOver, ends } = await finishOnce(missing, aged(121), offMs);
    expect(isOver).toBe(true);
    expect(ends).toMatchObject([{ id: 7, failure: { details: { reason: 'it no longer knows this job' } } }]);
  });

  it.each(ownClocks)('gives up a missing job past its deadline, by an own clock that is %s', async (_how, offMs) => {
    expect(await finishOnce(missing, {}, offMs)).toMatchObject({ isOver: true });
  });

  it.each(ownClocks)(
    'learns the age where PhotoGPT tells no times, by an own clock that is %s',
    async (_how, offMs) => {
      expect((await finishOnce(done, aged(30), offMs)).learned).toEqual([['a-model', 30]]);
    },
  );

  it('learns nothing without times and age', async () => {
    expect(await finishOnce(done)).toMatchObject({ isOver: true, learned: [] });
  });

  it('prefers the times and credits of the list', async () => {
    const detail = { ...done, createdAt: submittedAt, updatedAt: submittedAt + 9_000 };
    const listed = { createdAt: submittedAt, updatedAt: submittedAt + 5_000, credits: 3 };
    const { learned, ends } = await finishOnce(detail, { ...aged(30), listed });
    expect(learned).toEqual([['a-model', 5]]);
    expect(ends).toMatchObject([{ id: 7, credits: 3, at: new Date(submittedAt + 5_000) }]);
  });

  it('leaves a running job alone', async () => {
    const { isOver, ends } = await finishOnce({ ...done, status: 'running' as never });
    expect(isOver).toBe(false);
    expect(ends).toEqual([]);
  });
});
