import { setMaxListeners } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createApiKeyStore } from '../../../src/jobs/state/api-key-store.ts';
import { createApiRate } from '../../../src/jobs/state/api-rate.ts';
import { createMovedClock } from '../../sandbox/moved-clock.ts';
import { useDatabase } from '../movable-database.ts';
import { key, signal } from '../world.ts';

const database = useDatabase();

/** Returns the rates of replicas that share one key, and how many statements they made. Their sleeps take 100 ms each. */
async function open(rate: number, replicas = 2) {
  const clock = createMovedClock();
  const apiKeyStore = createApiKeyStore(database(clock), key);
  await apiKeyStore.state();
  let statements = 0;
  const rates = Array.from({ length: replicas }, () =>
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
  return { clock, apiKeyStore, rates, statements: () => statements };
}

describe('the API rate of a key', () => {
  it('holds for all replicas together', async () => {
    const { clock, rates } = await open(10);
    let asked = 0;
    for (let second = 0; second < 20; second += 0.5) {
      for (const { spare } of rates) asked += await spare(50);
      clock.pass(0.5);
    }
    // Ten a second, and the calls of a full bucket.
    expect(asked).toBeGreaterThan(170);
    expect(asked).toBeLessThanOrEqual(10 * 20 + 10);
  });

  it('leaves calls to sent jobs, however many polls there are', async () => {
    const { clock, rates, apiKeyStore } = await open(20, 1);
    const [apiRate] = rates;
    clock.pass(60);
    expect(await apiRate?.spare(1_000)).toBe(15);
    expect(await apiRate?.spare(1_000)).toBe(0);
    const before = clock.now();
    for (let call = 0; call < 5; call += 1) await apiRate?.enter(signal);
    expect(clock.now()).toBe(before);
    expect(await apiKeyStore.takeCalls(5, { perSecond: 20, maxCalls: 20, reserve: 0 })).toBeLessThan(5);
  });

  it('makes sent jobs wait in their order, and not for ever', async () => {
    const { clock, rates } = await open(2, 1);
    const before = clock.now();
    await Promise.all(Array.from({ length: 10 }, () => rates[0]?.enter()));
    expect(clock.now() - before).toBeGreaterThan(3_000);
    expect(clock.now() - before).toBeLessThan(12_000);
    const gone = AbortSignal.abort(new Error('stopping'));
    await expect(rates[0]?.enter(gone)).rejects.toThrow('stopping');
  });

  it('takes several calls with one statement, and needs none without a limit', async () => {
    const { clock, rates, statements } = await open(20, 1);
    clock.pass(60);
    for (let call = 0; call < 20; call += 1) {
      await rates[0]?.spare(1);
      clock.pass(0.2);
    }
    expect(statements()).toBeLessThanOrEqual(5);
    const free = createApiRate({ take: () => Promise.reject(new Error('asked')), clock, random: () => 0.5 });
    await Promise.all([free.enter(), free.begin(signal), free.leave()]);
    expect(await free.spare(1_000)).toBe(1_000);
  });

  it('falls after a 429, gives nothing during the pause, and rises again', async () => {
    const { clock, apiKeyStore } = await open(10, 1);
    const bucket = { perSecond: 10, maxCalls: 1_000, reserve: 0 };
    await apiKeyStore.takeCalls(1_000, bucket);
    await apiKeyStore.pause(5_000, true);
    clock.pass(4);
    expect(await apiKeyStore.takeCalls(1_000, bucket)).toBe(0);
    clock.pass(6);
    expect(await apiKeyStore.takeCalls(1_000, bucket)).toBeCloseTo(71, -1);
    clock.pass(15 * 60);
    await apiKeyStore.takeCalls(1_000, bucket);
    clock.pass(10);
    expect(await apiKeyStore.takeCalls(1_000, bucket)).toBe(100);
  });

  /** Returns the rates of replicas whose sleeps take their time, and `pass`, which lets time go on. */
  async function openSleeping(rate: number, replicas: number) {
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
      rates: Array.from({ length: replicas }, () => createApiRate({ rate, take, clock, random: () => 0.5 })),
      /** Makes calls until the test ends. Returns the times at which they were granted. */
      repeat(call: (signal: AbortSignal) => Promise<unknown>): number[] {
        const times: number[] = [];
        const repeatCall = async () => {
          while (!ended.signal.aborted) {
            await call(ended.signal);
            times.push(clock.now());
          }
        };
        repeatCall().catch(() => {});
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

  it('is kept in any ten seconds by four busy replicas, once the full bucket is spent', async () => {
    const { clock, rates, repeat, pass } = await openSleeping(15, 4);
    const start = clock.now();
    const made = rates.flatMap(({ enter, begin }) => [repeat(enter), repeat(begin)]);
    await pass(20);
    for (let from = start + 2_000; from <= start + 10_000; from += 500) {
      const within = made.flat().filter((at) => at >= from && at < from + 10_000).length;
      expect(within).toBeLessThanOrEqual(150 * 1.05);
      expect(within).toBeGreaterThan(150 * 0.9);
    }
  });

  it('serves sent jobs before new ones, and gives polling one call in four', async () => {
    const { rates, repeat, pass } = await openSleeping(10, 2);
    const [one, other] = rates;
    if (!one || !other) throw new Error('there are no replicas');
    const results = repeat(one.enter);
    await pass(3);
    const begun = repeat(other.begin);
    let polls = 0;
    const before = results.length;
    for (let step = 0; step < 40; step += 1) {
      polls += await other.spare(20);
      await pass(0.25);
    }
    expect(begun).toEqual([]);
    // Polling gets one call in four.
    expect(polls).toBeGreaterThan(15);
    expect(polls).toBeLessThanOrEqual(26);
    expect(results.length - before).toBeGreaterThan(70);
  });

  it('gets an unused call back for any of the replicas', async () => {
    const { clock, rates } = await open(0.1, 2);
    clock.pass(60);
    const [one, other] = rates;
    const before = clock.now();
    await one?.begin(signal);
    await one?.leave();
    await other?.enter(signal);
    await other?.enter(signal);
    expect(clock.now()).toBe(before);
  });

  it('ends a wait when the process stops', async () => {
    const { rates } = await open(0.001, 1);
    const gone = AbortSignal.abort(new Error('stopping'));
    await expect(rates[0]?.begin(gone)).rejects.toThrow('stopping');
  });
});
