/** Writes together what comes while something is being written: one statement for many rows, and no wait for the first. */

/**
 * `write` gets at most `most` items at a time and gives an answer for each, in their order. What comes in meanwhile goes
 * into the next call, so that the batches are as large as the database is slow. All of a batch fail together.
 */
export function createBatches<Item, Answer>(write: (items: Item[]) => Promise<Answer[]>, most: number) {
  type Waiting = { item: Item; resolve(answer: Answer): void; reject(error: unknown): void };
  let waiting: Waiting[] = [];
  let writing = false;

  async function writeAll(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, most);
      waiting = waiting.slice(most);
      try {
        const answers = await write(batch.map(({ item }) => item));
        for (const [index, { resolve }] of batch.entries()) resolve(answers[index] as Answer);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    writing = false;
  }

  return (item: Item): Promise<Answer> =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!writing) void writeAll();
    });
}
