import { describe, expect, it, onTestFinished } from 'vitest';
import { createPipeline, type PipelineParts } from '../../src/jobs/pipeline.ts';
import { logTo } from '../../src/log.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';
import { soon } from './world.ts';

type Found = { hasBegun: boolean; hasMore: boolean };

/** Returns a pipeline, not yet started, whose steps only count how often they ran. */
function openCounting(found: Found[] = []) {
  const moved = createMovedClock();
  let setBackMs = 0;
  const clock = { ...moved, now: () => moved.now() - setBackMs };
  const steps: Record<string, number> = {};
  const step = (name: string) => async () => {
    steps[name] = (steps[name] ?? 0) + 1;
    return false;
  };
  let onPolled = (_hasVideo: boolean) => {};
  let submitCallbacks = { onLaneFree: () => {}, onEnded: () => {} };
  let onMore = () => {};
  const nothing = async () => {};
  /** The loops that the pipeline notified in other replicas. */
  const notified: string[] = [];
  /** The work that the pipeline announced, each time it began to listen. */
  const announced: (readonly string[])[] = [];
  const parts = {
    submit: {
      async step(_signal: AbortSignal, callbacks: typeof submitCallbacks) {
        submitCallbacks = callbacks;
        await step('submit')();
        return found.shift() ?? { hasBegun: false, hasMore: false };
      },
      idle: nothing,
    },
    poll: {
      async step(_signal: AbortSignal, onEnded: typeof onPolled) {
        onPolled = onEnded;
        return step('poll')();
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
      notify: (name: string) => void notified.push(name),
      listen: async (_heard: unknown, _signal: AbortSignal, work: readonly string[]) => void announced.push(work),
    },
    work: ['submit:key', 'deliver:discord,slack'],
    prepare: step('prepare'),
    train: step('train'),
    progress: step('progress'),
    watchdog: step('watchdog'),
    reconcile: step('reconcile'),
    overdue: step('overdue'),
    audit: step('audit'),
    refreshPresets: nothing,
    transitions: { expire: nothing },
    deliveries: { expire: nothing, closeFinished: nothing },
    learnedDurations: { load: nothing, save: nothing },
    leader: { lead: async () => !(await step('lead')()), resign: nothing },
    clock,
    random: () => 1,
    log: logTo({ write: () => {} }, 'silent'),
  };
  const pipeline = createPipeline(parts as unknown as PipelineParts);
  onTestFinished(async () => {
    const stopped = pipeline.stop();
    clock.pass(20);
    await stopped;
  });
  const calls = {
    onPolled: (hasVideo: boolean) => onPolled(hasVideo),
    submitCallbacks: () => submitCallbacks,
    onMore: () => onMore(),
  };
  /** Sets the time back. Sleeps go on, as timers do when the clock of a machine is corrected. */
  const setBack = (seconds: number) => {
    setBackMs += seconds * 1_000;
  };
  return { clock, setBack, steps, pipeline, notified, announced, ...calls };
}

/** Returns such a pipeline, started. Its loops run only when they are woken, because the clock stands still. */
async function openIdle(found: Found[] = []) {
  const { clock, steps, ...counted } = openCounting(found);
  await counted.pipeline.start();
  const names = ['submit', 'poll', 'deliver', 'prepare', 'train', 'progress'];
  const began = () => names.map((name) => steps[name] ?? 0);
  await expect.poll(began, soon).toEqual(names.map(() => 1));
  await expect.poll(clock.sleepers, soon).toBe(8);
  for (const name of names) steps[name] = 0;
  /** Waits until all loops wait again, and returns how often each ran since the start. */
  async function stepsTaken() {
    await expect.poll(clock.sleepers, soon).toBe(8);
    return Object.fromEntries(names.flatMap((name) => (steps[name] ? [[name, steps[name]]] : [])));
  }
  return { ...counted, stepsTaken };
}

describe('the wake-ups of the pipeline', () => {
  it('wake the loop that sends the operation that was queued', async () => {
    const { pipeline, stepsTaken, notified } = await openIdle();
    pipeline.queued('image');
    expect(await stepsTaken()).toEqual({ submit: 1 });
    pipeline.queued('video');
    expect(await stepsTaken()).toEqual({ submit: 2 });
    pipeline.queued('train');
    expect(await stepsTaken()).toEqual({ submit: 2, train: 1 });
    expect(notified).toEqual(['submit', 'submit', 'train']);
  });

  it('prepare videos that ended, and deliver everything else', async () => {
    const { stepsTaken, onPolled, notified } = await openIdle();
    onPolled(true);
    expect(await stepsTaken()).toEqual({ prepare: 1 });
    onPolled(false);
    expect(await stepsTaken()).toEqual({ prepare: 1, deliver: 1 });
    expect(notified).toEqual(['prepare', 'deliver']);
  });

  it('send the next job after a request, and deliver a refusal', async () => {
    const { stepsTaken, submitCallbacks, notified } = await openIdle();
    submitCallbacks().onLaneFree();
    expect(await stepsTaken()).toEqual({ submit: 1 });
    submitCallbacks().onEnded();
    expect(await stepsTaken()).toEqual({ submit: 1, deliver: 1 });
    // The delivery may be in the partition of another replica.
    expect(notified).toEqual(['submit', 'deliver']);
  });

  it('tell other replicas of a free lane once nothing more is sent here', async () => {
    const { stepsTaken, submitCallbacks, notified } = await openIdle([
      { hasBegun: false, hasMore: false },
      { hasBegun: true, hasMore: false },
      { hasBegun: true, hasMore: true },
    ]);
    submitCallbacks().onLaneFree();
    expect(await stepsTaken()).toEqual({ submit: 1 });
    expect(notified).toEqual([]);
    submitCallbacks().onLaneFree();
    expect(await stepsTaken()).toEqual({ submit: 3 });
    expect(notified).toEqual(['submit']);
    submitCallbacks().onLaneFree();
    expect(await stepsTaken()).toEqual({ submit: 4 });
    expect(notified).toEqual(['submit', 'submit']);
  });

  it('tell all replicas of a free channel, as the next delivery may be anyone’s', async () => {
    const { stepsTaken, onMore, notified } = await openIdle();
    onMore();
    expect(await stepsTaken()).toEqual({ deliver: 1 });
    expect(notified).toEqual(['deliver']);
  });

  it('are not needed while there is more to send', async () => {
    const { pipeline, stepsTaken } = await openIdle([
      { hasBegun: false, hasMore: false },
      { hasBegun: true, hasMore: true },
      { hasBegun: true, hasMore: true },
    ]);
    pipeline.queued('image');
    expect(await stepsTaken()).toEqual({ submit: 3 });
  });
});

describe('the start of the pipeline', () => {
  it('announces the work of the loops that run', async () => {
    const all = openCounting();
    await all.pipeline.start();
    expect(all.announced).toEqual([['submit:key', 'deliver:discord,slack']]);
    const some = openCounting();
    await some.pipeline.start(['lead', 'deliver']);
    expect(some.announced).toEqual([['deliver:discord,slack']]);
  });

  it('announces nothing without loops of work, but still notifies others', async () => {
    const { pipeline, announced, notified } = openCounting();
    await pipeline.start(['presets']);
    pipeline.queued('image');
    expect(announced).toEqual([]);
    expect(notified).toEqual(['submit']);
  });
});

describe('a leader whose clock is set back by a day', () => {
  it.each(['audit', 'reconcile', 'lead'])('goes on with “%s”', async (name) => {
    const { clock, setBack, steps, pipeline } = openCounting();
    await pipeline.start();
    const done = () => steps[name] ?? 0;
    /** Lets every loop take two steps: in the first one the replica may not lead yet, and only a leader audits. */
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
