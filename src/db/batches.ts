/** Writes together what comes while something is being written: one statement for many rows, and no wait for the first. */
import type { Clock } from '../clock.ts';
import { troubleOf } from './trouble.ts';

/** From the beginning of one write to the next at least so many milliseconds, by this clock. */
type Gap = { milliseconds: number; clock: Clock };

type Options<Item> = {
  /** Items of one key are never in one batch; they keep their order. */
  keyOf?: (item: Item) => string | number;
  /** What comes in it is written together as well; what comes after it is written at once. */
  gap?: Gap;
};

/**
 * `write` gets at most `most` items at a time and gives an answer for each, in their order. What comes in meanwhile goes
 * into the next call, so that the batches are as large as the database is slow, or as the `gap` is long. When there is
 * trouble with the database, all of a batch fail together; any other error may be one item's, and then each is written by itself.
 */
export function createBatches<Item, Answer>(
  write: (items: Item[]) => Promise<Answer[]>,
  most: number,
  { keyOf, gap }: Options<Item> = {},
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
    while (waiting.length > 0) {
      const began = gap?.clock.now() ?? 0;
      await writeBatch(next());
      if (!gap) continue;
      // Nobody waits longer than it because a clock was set back.
      const left = Math.min(gap.milliseconds, began + gap.milliseconds - gap.clock.now());
      if (left > 0) await gap.clock.sleep(left);
    }
    writing = false;
  }

  return (item: Item): Promise<Answer> =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!writing) void writeAll();
    });
}
