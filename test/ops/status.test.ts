import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/concurrency/clock.ts';
import { createStatus } from '../../src/ops/status.ts';

const never = () => new Promise<never>(() => {});
const { signal } = new AbortController();

/** The parts of a bot that works. With `isInstant`, every time limit is over at once. */
function open(more: Partial<Parameters<typeof createStatus>[0]> = {}, isInstant = false) {
  const sleep = isInstant ? () => Promise.resolve() : systemClock.sleep;
  return createStatus({
    api: { ping: async () => ({ message: 'pong' }) },
    states: async () => [{ what: 'job', state: 'running', count: 1, oldest: 2, stuck: 0 }],
    isForeign: async () => true,
    database: { engine: 'fake', answers: async () => true, troubleOf: () => undefined },
    disk: async () => true,
    version: '1.2.3',
    clock: { now: () => 5_000, sleep },
    ...more,
  });
}

describe('createStatus', () => {
  it('tells the state of each part', async () => {
    expect(await open()(signal)).toEqual({
      api: { ok: true, milliseconds: 0 },
      states: [{ what: 'job', state: 'running', count: 1, oldest: 2, stuck: 0 }],
      database: { engine: 'fake', trouble: undefined },
      disk: true,
      foreign: true,
      version: '1.2.3',
      uptime: 0,
    });
  });

  it('calls a database without an answer silent, and a disk without one full', async () => {
    const database = { engine: 'fake', answers: never, troubleOf: () => undefined };
    const status = open({ database, states: never, isForeign: never, disk: never }, true);
    expect(await status(signal)).toMatchObject({
      database: { trouble: 'silent' },
      states: [],
      foreign: false,
      disk: false,
    });
  });

  it.each([
    ['read-only', async () => false],
    ['full', () => Promise.reject(new Error('no space'))],
  ])('names the trouble of a database that is %s', async (trouble, answers) => {
    const database = { engine: 'fake', answers, troubleOf: () => 'full' };
    expect(await open({ database })(signal)).toMatchObject({ database: { trouble } });
  });

  it('gives the reason why PhotoGPT does not answer', async () => {
    const api = { ping: () => Promise.reject(new Error('no route')) };
    expect(await open({ api })(signal)).toMatchObject({ api: { ok: false, reason: 'no route' } });
  });
});
