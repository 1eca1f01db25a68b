/**
 * Writes many rows with one statement: the items that come while another write is under way go into the next one.
 *
 * Batches are as large as the database is slow. The first item after a quiet moment does not wait. With ticks, the items
 * after it are written with the next tick, so that a busy process wakes up once for all of them.
 */
import { type Ticks, untilNextTick } from '../concurrency/ticks.ts';
import { troubleOf } from './trouble.ts';

/** Order and times of the batches. */
type BatchOptions<Item> = {
  /** Items of one key are never in one batch, and keep their order. */
  keyOf?: (item: Item) => string | number;
  /** Times of the batches after the first. Without ticks, each begins when the last one ended. */
  ticks?: Ticks;
};

/** An item, and the promise that its caller holds. */
type WaitingItem<Item, Answer> = { item: Item; resolve(answer: Answer): void; reject(error: unknown): void };

/**
 * Returns a function that writes one item and resolves with its answer. `write` takes at most `maxItems` items and returns
 * an answer for each, in their order.
 *
 * After trouble with the database, the whole batch rejects. Any other error may be the fault of one item, and then each
 * item is written by itself.
 */
export function createBatchedWrites<Item, Answer>(
  write: (items: Item[]) => Promise<Answer[]>,
  maxItems: number,
  { keyOf, ticks }: BatchOptions<Item> = {},
) {
  type Waiting = WaitingItem<Item, Answer>;
  let waiting: Waiting[] = [];
  let isWriting = false;

  /** Takes the next batch out of the waiting items. */
  function takeBatch(): Waiting[] {
    if (!keyOf) return waiting.splice(0, maxItems);
    const batch = new Map<string | number, Waiting>();
    const left: Waiting[] = [];
    for (const one of waiting) {
      const key = keyOf(one.item);
      if (batch.size < maxItems && !batch.has(key)) batch.set(key, one);
      else left.push(one);
    }
    waiting = left;
    return [...batch.values()];
  }

  async function writeBatch(batch: Waiting[]): Promise<void> {
    try {
      const answers = await write(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index] as Answer);
    } catch (error) {
      if (batch.length > 1 && !troubleOf(error)) await writeEach(batch);
      else rejectAll(batch, error);
    }
  }

  async function writeEach(batch: Waiting[]): Promise<void> {
    for (const one of batch) await writeBatch([one]);
  }

  function rejectAll(batch: Waiting[], error: unknown): void {
    for (const { reject } of batch) reject(error);
  }

  async function writeAll(): Promise<void> {
    isWriting = true;
    // Items of the same turn go along.
    await Promise.resolve();
    while (waiting.length > 0) {
      const beganAt = ticks?.clock.now() ?? 0;
      await writeBatch(takeBatch());
      if (!ticks) continue;
      const leftMs = untilNextTick(ticks, beganAt);
      if (leftMs > 0) await ticks.clock.sleep(leftMs);
    }
    isWriting = false;
  }

  return (item: Item): Promise<Answer> =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isWriting) void writeAll();
    });
}
