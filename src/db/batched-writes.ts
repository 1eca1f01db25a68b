/** Writes together what comes while something is being written: one statement for many rows, and no wait for the first. */
import { type Ticks, untilNextTick } from '../concurrency/ticks.ts';
import { troubleOf } from './trouble.ts';

type Options<Item> = {
  /** Items of one key are never in one batch; they keep their order. */
  keyOf?: (item: Item) => string | number;
  /** What comes after a quiet moment is written at once, what comes after that with the next tick. */
  ticks?: Ticks;
};

/**
 * `write` gets at most `most` items at a time and gives an answer for each, in their order. What comes in meanwhile goes
 * into the next call, so that the batches are as large as the database is slow, or as the ticks are apart. When there is
 * trouble with the database, all of a batch fail together; any other error may be one item's, and then each is written by itself.
 */
export function createBatchedWrites<Item, Answer>(
  write: (items: Item[]) => Promise<Answer[]>,
  most: number,
  { keyOf, ticks }: Options<Item> = {},
) {
  type Waiting = { item: Item; resolve(answer: Answer): void; reject(error: unknown): void };
  let waiting: Waiting[] = [];
  let writing = false;

  /** Takes the next batch out of what waits. */
  function next(): Waiting[] {
    if (!keyOf) return waiting.splice(0, most);
    const batch = new Map<string | number, Waiting>();
    const left: Waiting[] = [];
    for (const one of waiting) {
      const key = keyOf(one.item);
      if (batch.size < most && !batch.has(key)) batch.set(key, one);
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
      if (batch.length > 1 && !troubleOf(error)) for (const one of batch) await writeBatch([one]);
      else for (const { reject } of batch) reject(error);
    }
  }

  async function writeAll(): Promise<void> {
    writing = true;
    // What comes in the same turn goes along.
    await Promise.resolve();
    while (waiting.length > 0) {
      const began = ticks?.clock.now() ?? 0;
      await writeBatch(next());
      if (!ticks) continue;
      const left = untilNextTick(ticks, began);
      if (left > 0) await ticks.clock.sleep(left);
    }
    writing = false;
  }

  return (item: Item): Promise<Answer> =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!writing) void writeAll();
    });
}
