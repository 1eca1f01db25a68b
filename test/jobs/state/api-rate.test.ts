import { setMaxListeners } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createApiKeyStore } from '../../../src/jobs/state/api-key-store.ts';
import { createApiRate } from '../../../src/jobs/state/api-rate.ts';
import { createMovedClock } from '../../sandbox/moved-clock.ts';
import { useDatabase } from '../movable-database.ts';
import { key, signal } from '../world.ts';

const database = useDatabase();

/** Replicas that share one key, with how many statements they made for it. */
async function open(rate: number, replicas = 2) {
  const clock = createMovedClock();
  const apiKeyStore = createApiKeyStore(database(clock), key);
  await apiKeyStore.state();
  let statements = 0;
  const budgets = Array.from({ length: replicas }, () =>
    createApiRate({
      rate,
      clock: { ...clock, sleep: async () => clock.pass(0.1) },
      random: () => 0.5,
      take: (...how) => {
        statements += 1;
        return apiKeyStore.takeCalls(...how);
      },
    }),
  );
  return { clock, apiKeyStore, budgets, statements: () => statements };
}

describe('the budget of a key', () => {
  it('holds for all replicas together', async () => {
    const { clock, budgets } = await open(10);
    let asked = 0;
    for (let second = 0; second < 20; second += 0.5) {
      for (const { spare } of budgets) asked += await spare(50);
      clock.pass(0.5);
    }
    // Ten a second, and what may be used at once.
    expect(asked).toBeGreaterThan(170);
    expect(asked).toBeLessThanOrEqual(10 * 20 + 10);
  });

  it('leaves something for what people wait for, however much is asked', async () => {
    const { clock, budgets, apiKeyStore } = await open(20, 1);
    const [apiRate] = budgets;
    clock.pass(60);
    expect(await apiRate?.spare(1_000)).toBe(15);
    expect(await apiRate?.spare(1_000)).toBe(0);
    const before = clock.now();
    for (let call = 0; call < 5; call += 1) await apiRate?.enter(signal);
    expect(clock.now()).toBe(before);
    expect(await apiKeyStore.takeCalls(5, { perSecond: 20, maxCalls: 20, reserve: 0 })).toBeLessThan(5);
  });

  it('is waited for by who needs it, one after the other, and not for ever', async () => {
    const { clock, budgets } = await open(2, 1);
    const before = clock.now();
    await Promise.all(Array.from({ length: 10 }, () => budgets[0]?.enter()));
    expect(clock.now() - before).toBeGreaterThan(3_000);
    expect(clock.now() - before).toBeLessThan(12_000);
    const gone = AbortSignal.abort(new Error('stopping'));
    await expect(budgets[0]?.enter(gone)).rejects.toThrow('stopping');
  });

  it('costs a statement for several calls, and none without a limit', async () => {
    const { clock, budgets, statements } = await open(20, 1);
    clock.pass(60);
    for (let call = 0; call < 20; call += 1) {
      await budgets[0]?.spare(1);
      clock.pass(0.2);
    }
    expect(statements()).toBeLessThanOrEqual(5);
    const free = createApiRate({ take: () => Promise.reject(new Error('asked')), clock, random: () => 0.5 });
    await Promise.all([free.enter(), free.begin(signal), free.leave()]);
    expect(await free.spare(1_000)).toBe(1_000);
  });

  it('is smaller after PhotoGPT had too much, gives nothing during the pause, and grows again', async () => {
    const { clock, apiKeyStore } = await open(10, 1);
    const how = { perSecond: 10, maxCalls: 1_000, reserve: 0 };
    await apiKeyStore.takeCalls(1_000, how);
    await apiKeyStore.pause(5_000, true);
    clock.pass(4);
    expect(await apiKeyStore.takeCalls(1_000, how)).toBe(0);
    clock.pass(6);
    expect(await apiKeyStore.takeCalls(1_000, how)).toBeCloseTo(71, -1);
    clock.pass(15 * 60);
    await apiKeyStore.takeCalls(1_000, how);
    clock.pass(10);
    expect(await apiKeyStore.takeCalls(1_000, how)).toBe(100);
  });

  /** Replicas whose waiting takes the time that it takes, and how to let that pass. */
  async function living(rate: number, replicas: number) {
    const clock = createMovedClock();
    const apiKeyStore = createApiKeyStore(database(clock), key);
    await apiKeyStore.state();
    let asking = 0;
    const take: typeof apiKeyStore.takeCalls = async (...how) => {
      asking += 1;
      try {
        return await apiKeyStore.takeCalls(...how);
      } finally {
        asking -= 1;
      }
    };
    const ended = new AbortController();
    setMaxListeners(0, ended.signal);
    onTestFinished(() => ended.abort(new Error('the test is over')));
    return {
      clock,
      budgets: Array.from({ length: replicas }, () => createApiRate({ rate, take, clock, random: () => 0.5 })),
      /** Does it again and again; gives when each time was over. */
      always(call: (signal: AbortSignal) => Promise<unknown>): number[] {
        const times: number[] = [];
        const again = async () => {
          while (!ended.signal.aborted) {
            await call(ended.signal);
            times.push(clock.now());
          }
        };
        again().catch(() => {});
        return times;
      },
      async pass(seconds: number) {
        for (const until = clock.now() + seconds * 1000; clock.now() < until; clock.pass(0.02)) {
          do await new Promise((resolve) => setImmediate(resolve));
          while (asking > 0);
        }
      },
    };
  }

  it('is not exceeded in any ten seconds by four replicas that always want more, once what was saved up is spent', async () => {
    const { clock, budgets, always, pass } = await living(15, 4);
    const start = clock.now();
    const made = budgets.flatMap(({ enter, begin }) => [always(enter), always(begin)]);
    await pass(20);
    for (let from = start + 2_000; from <= start + 10_000; from += 500) {
      const within = made.flat().filter((at) => at >= from && at < from + 10_000).length;
      expect(within).toBeLessThanOrEqual(150 * 1.05);
      expect(within).toBeGreaterThan(150 * 0.9);
    }
  });

  it('is for what has begun first: new work waits for as long as results do, but a question is asked now and then', async () => {
    const { budgets, always, pass } = await living(10, 2);
    const [one, other] = budgets;
    if (!one || !other) throw new Error('there are no replicas');
    const results = always(one.enter);
    await pass(3);
    const begun = always(other.begin);
    let questions = 0;
    const before = results.length;
    for (let step = 0; step < 40; step += 1) {
      questions += await other.spare(20);
      await pass(0.25);
    }
    expect(begun).toEqual([]);
    // One call in four.
    expect(questions).toBeGreaterThan(15);
    expect(questions).toBeLessThanOrEqual(26);
    expect(results.length - before).toBeGreaterThan(70);
  });

  it('gets a call back that was not made, for whoever of the replicas needs one', async () => {
    const { clock, budgets } = await open(0.1, 2);
    clock.pass(60);
    const [one, other] = budgets;
    const before = clock.now();
    await one?.begin(signal);
    await one?.leave();
    await other?.enter(signal);
    await other?.enter(signal);
    expect(clock.now()).toBe(before);
  });

  it('keeps nobody who stops', async () => {
    const { budgets } = await open(0.001, 1);
    const gone = AbortSignal.abort(new Error('stopping'));
    await expect(budgets[0]?.begin(gone)).rejects.toThrow('stopping');
  });
});
