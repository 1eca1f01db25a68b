import { describe, expect, it, onTestFinished } from 'vitest';
import { createPipeline, type PipelineParts } from '../../src/jobs/pipeline.ts';
import { logTo } from '../../src/log.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';
import { soon } from './world.ts';

/** A pipeline whose steps do nothing but count; nothing looks by itself, because nobody moves the clock. */
async function idling(found: { more: boolean }[] = []) {
  const clock = createMovedClock();
  const steps: Record<string, number> = {};
  const step = (name: string) => async () => {
    steps[name] = (steps[name] ?? 0) + 1;
    return false;
  };
  let ended = (_videos: boolean) => {};
  let bells = { free: () => {}, ended: () => {} };
  const nothing = async () => {};
  const rungForOthers: string[] = [];
  const parts = {
    submit: {
      async step(_signal: AbortSignal, given: typeof bells) {
        bells = given;
        await step('submit')();
        return found.shift() ?? { more: false };
      },
      idle: nothing,
    },
    sweep: {
      async step(_signal: AbortSignal, onEnded: typeof ended) {
        ended = onEnded;
        return step('sweep')();
      },
      idle: nothing,
      forget() {},
    },
    deliver: { step: step('deliver'), idle: nothing },
    bell: { ring: (name: string) => void rungForOthers.push(name), listen: nothing },
    ...{ prepare: step('prepare'), train: step('train'), progress: step('progress'), watchdog: step('watchdog') },
    ...{ reconcile: step('reconcile'), overdue: step('overdue'), audit: nothing, refreshPresets: nothing },
    transitions: { expire: nothing },
    deliveries: { expire: nothing, closeFinished: nothing },
    experience: { load: nothing, save: nothing },
    leader: { lead: async () => true, resign: nothing },
    ...{ clock, random: () => 1, log: logTo({ write: () => {} }, 'silent') },
  };
  const pipeline = createPipeline(parts as unknown as PipelineParts);
  await pipeline.start();
  const names = ['submit', 'sweep', 'deliver', 'prepare', 'train', 'progress'];
  const began = () => names.map((name) => steps[name] ?? 0);
  await expect.poll(began, soon).toEqual(names.map(() => 1));
  await expect.poll(clock.sleepers, soon).toBe(8);
  for (const name of names) steps[name] = 0;
  onTestFinished(async () => {
    const stopped = pipeline.stop();
    clock.pass(20);
    await stopped;
  });
  /** How often each loop has looked, those that did not left out; all of them wait again. */
  async function looked() {
    await expect.poll(clock.sleepers, soon).toBe(8);
    return Object.fromEntries(names.flatMap((name) => (steps[name] ? [[name, steps[name]]] : [])));
  }
  return { pipeline, looked, ended: (videos: boolean) => ended(videos), bells: () => bells, rungForOthers };
}

describe('a bell', () => {
  it('wakes who can have work: a picture or a video is sent, a training is trained', async () => {
    const { pipeline, looked, rungForOthers } = await idling();
    pipeline.queued('image');
    expect(await looked()).toEqual({ submit: 1 });
    pipeline.queued('video');
    expect(await looked()).toEqual({ submit: 2 });
    pipeline.queued('train');
    expect(await looked()).toEqual({ submit: 2, train: 1 });
    expect(rungForOthers).toEqual(['submit', 'submit', 'train']);
  });

  it('calls for files where videos ended, and for a post where anything else did', async () => {
    const { looked, ended, rungForOthers } = await idling();
    ended(true);
    expect(await looked()).toEqual({ prepare: 1 });
    ended(false);
    expect(await looked()).toEqual({ prepare: 1, deliver: 1 });
    expect(rungForOthers).toEqual(['prepare', 'deliver']);
  });

  it('that a request is over has the next one looked for, and what was refused said', async () => {
    const { looked, bells } = await idling();
    bells().free();
    expect(await looked()).toEqual({ submit: 1 });
    bells().ended();
    expect(await looked()).toEqual({ submit: 1, deliver: 1 });
  });

  it('is not needed while there is more to send', async () => {
    const { pipeline, looked } = await idling([{ more: false }, { more: true }, { more: true }]);
    pipeline.queued('image');
    expect(await looked()).toEqual({ submit: 3 });
  });
});
