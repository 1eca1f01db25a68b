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

/** Finishes the job once. No clock of the process is handed in: ages come from the caller, by the database's clock. */
async function finishOnce(detail: typeof done | Error, options: FinishOptions = {}) {
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
    log: logTo({ write: () => {} }),
  });
  return { isOver: await finish(job, signal, options), ends, learned };
}

const aged = (seconds: number): FinishOptions => ({ ageMs: async () => seconds * 1000 });
describe('finish', () => {
  it('waits for a missing job that is 2 minutes old', async () => {
    expect(await finishOnce(missing, aged(120))).toEqual({ isOver: false, ends: [], learned: [] });
  });

  it('gives up a missing job after 2 minutes', async () => {
    const { isOver, ends } = await finishOnce(missing, aged(121));
    expect(isOver).toBe(true);
    expect(ends).toMatchObject([{ id: 7, failure: { details: { reason: 'it no longer knows this job' } } }]);
  });

  it('gives up a missing job past its deadline', async () => {
    expect(await finishOnce(missing, {})).toMatchObject({ isOver: true });
  });

  it('learns the age where PhotoGPT tells no times', async () => {
    expect((await finishOnce(done, aged(30))).learned).toEqual([['a-model', 30]]);
  });

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
