import { describe, expect, it } from 'vitest';
import { createLearnedDurations } from '../../../src/jobs/poll/durations-store.ts';
import { createPoll } from '../../../src/jobs/poll/poll.ts';
import { logTo } from '../../../src/log.ts';
import { PhotoGPTError } from '../../../src/photogpt/error.ts';
import { createMovedClock } from '../../sandbox/moved-clock.ts';
import { signal, soon } from '../world.ts';

const count = 2_000;
const busy = new PhotoGPTError({ operation: 'listJobs', verdict: 'busy', reason: 'rate', message: 'no', err: '429' });

/** Opens polling with 2,000 jobs that are ten minutes old. PhotoGPT gives `answer` to each question for its list. */
function openPoll(answer: () => Promise<never>) {
  const clock = createMovedClock();
  const born = clock.now() - 600_000;
  const rows = Array.from({ length: count }, (_, index) => {
    const submittedAt = born + 400 * index;
    const id = index + 1;
    return { id, remoteId: `j${id}`, model: 'm', submittedAt, at: new Date(submittedAt).toISOString() };
  });
  let asked = 0;
  const ask = () => {
    asked += 1;
    return answer();
  };
  const poll = createPoll({
    api: { listJobs: ask },
    apiKeyStore: {
      bearings: async () => ({ now: clock.now(), lastEnd: undefined }),
      running: async ({ at }) => (at === '-infinity' ? rows : []),
      state: async () => ({ firstSeenAt: new Date(born), foreign: false, pausedForMs: 0 }),
      pause: async () => {},
      capabilities: async () => ({ pageSize: 100, order: 'newest', window: true }),
      learned: async () => {},
    },
    learnedDurations: createLearnedDurations({} as never, () => 600),
    finish: async () => false,
    batchClock: clock,
    clock,
    random: () => 0.5,
    log: logTo({ write: () => {} }),
  });
  return { clock, poll, asked: () => asked };
}

describe('the calls of one step', () => {
  it('leave four at a time, within a fifth of a second', async () => {
    const { clock, poll, asked } = openPoll(() => new Promise<never>(() => {}));
    void poll.step(signal);
    await expect.poll(asked, soon).toBe(4);
    clock.pass(0.1);
    await expect.poll(asked, soon).toBeGreaterThan(4);
    const halfway = asked();
    clock.pass(0.1);
    await expect.poll(asked, soon).toBeGreaterThan(halfway);
    const all = asked();
    clock.pass(0.1);
    await new Promise(setImmediate);
    expect(asked()).toBe(all);
  });

  it('stay once PhotoGPT has refused one', async () => {
    const { clock, poll, asked } = openPoll(async () => {
      throw busy;
    });
    const step = poll.step(signal);
    await expect.poll(asked, soon).toBe(4);
    await expect.poll(clock.sleepers, soon).toBeGreaterThan(0);
    clock.pass(0.2);
    expect(await step).toBe(false);
    expect(asked()).toBe(4);
  });
});
