import { describe, expect, it, onTestFinished } from 'vitest';
import { createPipeline, type PipelineParts } from '../../src/jobs/pipeline.ts';
import { logTo } from '../../src/log.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';
import { soon } from './world.ts';

type Found = { hasBegun: boolean; hasMore: boolean };

/** A pipeline whose steps do nothing but count, and that was not started yet. */
function counting(found: Found[] = []) {
  const moved = createMovedClock();
  let setBackMs = 0;
  const clock = { ...moved, now: () => moved.now() - setBackMs };
  const steps: Record<string, number> = {};
  const step = (name: string) => async () => {
    steps[name] = (steps[name] ?? 0) + 1;
    return false;
  };
  let ended = (_videos: boolean) => {};
  let notifiers = { onLaneFree: () => {}, onEnded: () => {} };
  let onMore = () => {};
  const nothing = async () => {};
  const rungForOthers: string[] = [];
  /** What work was said to be done, each time that the pipeline began to listen. */
  const told: (readonly string[])[] = [];
  const parts = {
    submit: {
      async step(_signal: AbortSignal, given: typeof notifiers) {
        notifiers = given;
        await step('submit')();
        return found.shift() ?? { hasBegun: false, hasMore: false };
      },
      idle: nothing,
    },
    poll: {
      async step(_signal: AbortSignal, onEnded: typeof ended) {
        ended = onEnded;
        return step('sweep')();
      },
      idle: nothing,
      forget() {},
    },
    deliver: {
      async step(_signal: AbortSignal, given: () => void) {
        onMore = given;
        return step('deliver')();
      },
      idle: nothing,
    },
    notifier: {
      notify: (name: string) => void rungForOthers.push(name),
      listen: async (_heard: unknown, _signal: AbortSignal, work: readonly string[]) => void told.push(work),
    },
    work: ['submit:key', 'deliver:discord,slack'],
    ...{ prepare: step('prepare'), train: step('train'), progress: step('progress'), watchdog: step('watchdog') },
    ...{ reconcile: step('reconcile'), overdue: step('overdue'), audit: step('audit'), refreshPresets: nothing },
    transitions: { expire: nothing },
    deliveries: { expire: nothing, closeFinished: nothing },
    learnedDurations: { load: nothing, save: nothing },
    leader: { lead: async () => !(await step('lead')()), resign: nothing },
    ...{ clock, random: () => 1, log: logTo({ write: () => {} }, 'silent') },
  };
  const pipeline = createPipeline(parts as unknown as PipelineParts);
  onTestFinished(async () => {
    const stopped = pipeline.stop();
    clock.pass(20);
    await stopped;
  });
  const calls = { ended: (videos: boolean) => ended(videos), notifiers: () => notifiers, onMore: () => onMore() };
  /** Sets the time back. Sleeps go on, as those of a machine do when somebody corrects its clock. */
  const setBack = (seconds: number) => {
    setBackMs += seconds * 1_000;
  };
  return { clock, setBack, steps, pipeline, rungForOthers, told, ...calls };
}

/** The same, started; nothing looks by itself, because nobody moves the clock. */
async function idling(found: Found[] = []) {
  const { clock, steps, ...counted } = counting(found);
  await counted.pipeline.start();
  const names = ['submit', 'sweep', 'deliver', 'prepare', 'train', 'progress'];
  const began = () => names.map((name) => steps[name] ?? 0);
  await expect.poll(began, soon).toEqual(names.map(() => 1));
  await expect.poll(clock.sleepers, soon).toBe(8);
  for (const name of names) steps[name] = 0;
  /** How often each loop has looked, those that did not left out; all of them wait again. */
  async function looked() {
    await expect.poll(clock.sleepers, soon).toBe(8);
    return Object.fromEntries(names.flatMap((name) => (steps[name] ? [[name, steps[name]]] : [])));
  }
  return { ...counted, looked };
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
    const { looked, notifiers, rungForOthers } = await idling();
    notifiers().onLaneFree();
    expect(await looked()).toEqual({ submit: 1 });
    notifiers().onEnded();
    expect(await looked()).toEqual({ submit: 1, deliver: 1 });
    // The next one may be the share of another replica.
    expect(rungForOthers).toEqual(['submit', 'deliver']);
  });

  it('that a request is over is heard by the others once there is nothing more to send here', async () => {
    const { looked, notifiers, rungForOthers } = await idling([
      { hasBegun: false, hasMore: false },
      { hasBegun: true, hasMore: false },
      { hasBegun: true, hasMore: true },
    ]);
    notifiers().onLaneFree();
    expect(await looked()).toEqual({ submit: 1 });
    expect(rungForOthers).toEqual([]);
    notifiers().onLaneFree();
    expect(await looked()).toEqual({ submit: 3 });
    expect(rungForOthers).toEqual(['submit']);
    notifiers().onLaneFree();
    expect(await looked()).toEqual({ submit: 4 });
    expect(rungForOthers).toEqual(['submit', 'submit']);
  });

  it('that a channel is free again is heard by all, because the next one in it may be anybody’s share', async () => {
    const { looked, onMore, rungForOthers } = await idling();
    onMore();
    expect(await looked()).toEqual({ deliver: 1 });
    expect(rungForOthers).toEqual(['deliver']);
  });

  it('is not needed while there is more to send', async () => {
    const { pipeline, looked } = await idling([
      { hasBegun: false, hasMore: false },
      { hasBegun: true, hasMore: true },
      { hasBegun: true, hasMore: true },
    ]);
    pipeline.queued('image');
    expect(await looked()).toEqual({ submit: 3 });
  });
});

describe('a process', () => {
  it('says which of the shared work it does', async () => {
    const all = counting();
    await all.pipeline.start();
    expect(all.told).toEqual([['submit:key', 'deliver:discord,slack']]);
    const some = counting();
    await some.pipeline.start(['lead', 'deliver']);
    expect(some.told).toEqual([['deliver:discord,slack']]);
  });

  it('that only takes calls says nothing, and rings all the same', async () => {
    const { pipeline, told, rungForOthers } = counting();
    await pipeline.start(['presets']);
    pipeline.queued('image');
    expect(told).toEqual([]);
    expect(rungForOthers).toEqual(['submit']);
  });
});

describe('the leader whose clock is set back by a day', () => {
  it.each(['audit', 'reconcile', 'lead'])('goes on with “%s” after its next interval', async (name) => {
    const { clock, setBack, steps, pipeline } = counting();
    await pipeline.start();
    const done = () => steps[name] ?? 0;
    /** Lets every loop take its step, and that twice, because only a leader audits. */
    async function pass() {
      for (const _ of [1, 2]) {
        await expect.poll(clock.sleepers, soon).toBe(8);
        clock.pass(5);
      }
      await expect.poll(clock.sleepers, soon).toBe(8);
    }
    await pass();
    const before = done();
    expect(before).toBeGreaterThan(0);
    setBack(86_400);
    await pass();
    expect(done()).toBeGreaterThan(before);
  });
});
