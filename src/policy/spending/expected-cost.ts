/** What work will probably cost, in credits: the operator's price for its model, or what it has cost lately. */
import type { Clock } from '../../concurrency/clock.ts';
import type { Catalogue } from '../../photogpt/models/catalogue.ts';

/** What is looked at of a piece of work; the counts stand in its request. */
export type Priced = { model: string; request: Record<string, unknown> };

/** What was learned is looked up again after this, in milliseconds. */
const believed = 5 * 60_000;

const countIn = ({ request: { numImages, numVideos } }: Priced) =>
  [numImages, numVideos].find((count) => typeof count === 'number') ?? 1;

/** Returns a function that gives undefined where nobody knows. `learned` is per picture or video, by model. */
export function createExpectedCost({
  catalogue,
  learned,
  clock,
}: {
  catalogue: Catalogue;
  learned(): Promise<Map<string, number>>;
  clock: Pick<Clock, 'now'>;
}) {
  let known: { at: number; prices: Promise<Map<string, number>> } | undefined;

  async function prices(): Promise<Map<string, number>> {
    if (!known || clock.now() - known.at > believed) {
      const reading = { at: clock.now(), prices: learned() };
      known = reading;
      // A price is a convenience: without it work goes on, and the next one asks again.
      reading.prices.catch(() => {
        if (known === reading) known = undefined;
      });
    }
    return known.prices.catch(() => new Map());
  }

  return async (work: Priced): Promise<number | undefined> => {
    const each = catalogue.find(work.model)?.credits ?? (await prices()).get(work.model);
    return each === undefined ? undefined : each * countIn(work);
  };
}
