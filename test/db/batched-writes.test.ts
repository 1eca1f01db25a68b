import { describe, expect, it } from 'vitest';
import { nextEventLoopTurn } from '../../src/concurrency/clock.ts';
import { untilNextTick } from '../../src/concurrency/ticks.ts';
import { createBatchedWrites } from '../../src/db/batched-writes.ts';
import { DatabaseTrouble } from '../../src/db/trouble.ts';
import { useDatabase } from '../jobs/movable-database.ts';
import { film, imagine, openWorld, origin } from '../jobs/world.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';

const database = useDatabase();

describe('batched writes', () => {
  /** A write that multiplies by ten, and the batches that it got. */
  function openWrite() {
    const written: number[][] = [];
    const write = createBatchedWrites(async (items: number[]) => {
      written.push(items);
      await Promise.resolve();
      return items.map((item) => item * 10);
    }, 3);
    return { write, written };
  }

  it('writes the items of one moment at once, up to the bound', async () => {
    const { write, written } = openWrite();
    expect(await Promise.all([1, 2, 3, 4, 5].map(write))).toEqual([10, 20, 30, 40, 50]);
    expect(written).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it('puts the items that come during a write into the next one', async () => {
    const { write, written } = openWrite();
    const first = write(6);
    await Promise.resolve();
    expect(await Promise.all([first, write(7), write(8)])).toEqual([60, 70, 80]);
    expect(written).toEqual([[6], [7, 8]]);
  });

  it('rejects the whole batch, and none of the next, when the database is away', async () => {
    let writes = 0;
    const write = createBatchedWrites(async (items: number[]) => {
      writes += 1;
      if (writes === 2) throw new DatabaseTrouble('NO_ANSWER', 'no database');
      return items;
    }, 2);
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(write));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(writes).toBe(2);
  });

  it('writes each item by itself when one of them is at fault', async () => {
    const written: number[][] = [];
    const write = createBatchedWrites(async (items: number[]) => {
      written.push(items);
      if (items.includes(3)) throw new Error('3 cannot be written');
      return items;
    }, 10);
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(write));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(written).toEqual([[1, 2, 3, 4], [1], [2], [3], [4]]);
  });

  it('writes the first item at once, and the next ones with the next tick', async () => {
    const clock = createMovedClock();
    const written: number[][] = [];
    const write = createBatchedWrites(
      async (items: number[]) => {
        written.push(items);
        return items;
      },
      10,
      { ticks: { intervalMs: 50, clock } },
    );
    await write(1);
    const more = [write(2), write(3)];
    await nextEventLoopTurn();
    expect(written).toEqual([[1]]);
    clock.pass(0.05);
    await Promise.all(more);
    expect(written).toEqual([[1], [2, 3]]);
    // After a quiet moment an item does not wait.
    clock.pass(0.05);
    await nextEventLoopTurn();
    await write(4);
    expect(written).toEqual([[1], [2, 3], [4]]);
  });

  it('shares one tick among all writers with the same interval', async () => {
    const clock = createMovedClock();
    const ticks = { intervalMs: 50, clock };
    const at: number[] = [];
    const start = clock.now() + untilNextTick(ticks, clock.now());
    clock.pass((start - clock.now()) / 1000);
    const batches = Array.from({ length: 3 }, () =>
      createBatchedWrites(
        async (items: number[]) => {
          at.push(clock.now() - start);
          return items;
        },
        10,
        { ticks },
      ),
    );
    for (const write of batches) {
      clock.pass(0.01);
      await write(1);
    }
    const second = batches.map((write) => write(2));
    await nextEventLoopTurn();
    expect(at).toEqual([10, 20, 30]);
    clock.pass(0.02);
    await Promise.all(second);
    expect(at).toEqual([10, 20, 30, 50, 50, 50]);
  });

  it('never writes two items of one key together, and keeps their order', async () => {
    const written: string[][] = [];
    const write = createBatchedWrites(
      async (items: string[]) => {
        written.push(items);
        return items;
      },
      2,
      { keyOf: (item) => item.charAt(0) },
    );
    await Promise.all(['x', 'a1', 'a2', 'b1', 'c1', 'a3'].map(write));
    expect(written).toEqual([
      ['x', 'a1'],
      ['a2', 'b1'],
      ['c1', 'a3'],
    ]);
  });
});

describe('the batched ends of jobs', () => {
  it('write each outcome and its delivery once', async () => {
    const world = await openWorld({ database });
    const picture = await world.running(imagine(), origin());
    const video = await world.running(film(), origin());
    const failure = await world.running(imagine(), origin());
    const unwanted = await world.running(imagine(), origin());
    const elsewhere = await world.running(imagine(), origin());
    await world.store.cancel(unwanted.id);
    await world.transitions.fail(elsewhere.id, { code: 'empty', details: undefined }, 'running');
    const at = new Date(world.clock.now() - 5_000);
    const image = { kind: 'image' as const, id: 'i', url: 'https://example.com/i' };
    const ends = [
      { id: picture.id, outputs: [image], credits: 7, at },
      { id: video.id, outputs: [{ kind: 'video' as const, id: 'v' }], at },
      { id: failure.id, failure: { code: 'failed' as const, details: { reason: 'no' } } },
      { id: unwanted.id, outputs: [image] },
      { id: elsewhere.id, outputs: [image] },
    ];
    expect(await world.transitions.ended(ends)).toEqual([true, true, true, true, false]);
    expect(await world.transitions.ended(ends)).toEqual([false, false, false, false, false]);
    expect(await world.row(picture.id)).toMatchObject({
      state: 'ready',
      outcome: 'done',
      outputs: [image],
      credits: 7,
      finishedAt: at,
    });
    expect(await world.row(video.id)).toMatchObject({ state: 'preparing', outcome: null, finishedAt: at });
    expect(await world.row(failure.id)).toMatchObject({ state: 'failed', failure: { code: 'failed' } });
    expect(await world.row(unwanted.id)).toMatchObject({ state: 'closed', outcome: 'done' });
    const kinds = async (id: number) => (await world.said(id)).map(({ kind }) => kind);
    expect(await kinds(picture.id)).toEqual(['result']);
    expect(await kinds(video.id)).toEqual([]);
    expect(await kinds(failure.id)).toEqual(['failure']);
    expect(await kinds(unwanted.id)).not.toContain('result');
  });
});
