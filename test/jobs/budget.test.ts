import { describe, expect, it } from 'vitest';
import { createBudget } from '../../src/jobs/budget.ts';
import { createRemoteStore } from '../../src/jobs/remote-store.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';
import { useDatabase } from './movable-database.ts';
import { key, signal } from './world.ts';

const database = useDatabase();

/** Replicas that share one key, with how many statements they made for it. */
async function open(rate: number, replicas = 2) {
  const clock = createMovedClock();
  const remote = createRemoteStore(database(clock), key);
  await remote.state();
  let statements = 0;
  const budgets = Array.from({ length: replicas }, () =>
    createBudget({
      rate,
      clock: { ...clock, sleep: async () => clock.pass(0.1) },
      random: () => 0.5,
      take: (...how) => {
        statements += 1;
        return remote.takeCalls(...how);
      },
    }),
  );
  return { clock, remote, budgets, statements: () => statements };
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
    expect(asked).toBeLessThanOrEqual(10 * 20 + 20);
  });

  it('leaves something for what people wait for, however much is asked', async () => {
    const { clock, budgets, remote } = await open(10, 1);
    const [budget] = budgets;
    clock.pass(60);
    expect(await budget?.spare(1_000)).toBe(15);
    expect(await budget?.spare(1_000)).toBe(0);
    const before = clock.now();
    for (let call = 0; call < 5; call += 1) await budget?.enter(signal);
    expect(clock.now()).toBe(before);
    expect(await remote.takeCalls(5, { rate: 10, most: 20, reserve: 0 })).toBeLessThan(5);
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
    const free = createBudget({ take: () => Promise.reject(new Error('asked')), clock, random: () => 0.5 });
    await free.enter();
    expect(await free.spare(1_000)).toBe(1_000);
  });

  it('is smaller after PhotoGPT had too much, gives nothing during the pause, and grows again', async () => {
    const { clock, remote } = await open(10, 1);
    const how = { rate: 10, most: 1_000, reserve: 0 };
    await remote.takeCalls(1_000, how);
    await remote.pause(5_000, true);
    clock.pass(4);
    expect(await remote.takeCalls(1_000, how)).toBe(0);
    clock.pass(6);
    expect(await remote.takeCalls(1_000, how)).toBeCloseTo(71, -1);
    clock.pass(15 * 60);
    await remote.takeCalls(1_000, how);
    clock.pass(10);
    expect(await remote.takeCalls(1_000, how)).toBe(100);
  });
});
