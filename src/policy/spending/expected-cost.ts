/** The expected cost of work, in credits: the operator's price for its model, or an average of what it has cost. */
import type { Clock } from '../../concurrency/clock.ts';
import { createEvery } from '../../concurrency/every.ts';
import type { Catalogue } from '../../photogpt/models/catalogue.ts';
import { learnedPricesMs } from '../timings.ts';

/** Work that has a price. Its request holds the count of pictures or videos. */
export type Priced = { model: string; request: Record<string, unknown> };

/** Credits for one picture or video, by model. */
type Prices = Map<string, number>;

const countIn = ({ request: { numImages, numVideos } }: Priced) =>
  [numImages, numVideos].find((count) => typeof count === 'number') ?? 1;

/**
 * Returns the function that estimates credits. It gives undefined for a model without a price. `learned` reads prices.
 */
export function createExpectedCost({
  catalogue,
  learned,
  clock,
}: {
  catalogue: Catalogue;
  learned(): Promise<Prices>;
  clock: Pick<Clock, 'now'>;
}) {
  const refresh = createEvery(learnedPricesMs, clock);
  let latest: Promise<Prices> = Promise.resolve(new Map());

  /** Never rejects. Work goes on without a price, and the next work reads the prices again. */
  function prices(): Promise<Prices> {
    if (refresh.take()) {
      const reading = learned();
      latest = reading;
      reading.catch(() => {
        if (latest === reading) refresh.reset();
      });
    }
    return latest.catch(() => new Map());
  }

  return async (work: Priced): Promise<number | undefined> => {
    const each = catalogue.find(work.model)?.credits ?? (await prices()).get(work.model);
    return each === undefined ? undefined : each * countIn(work);
  };
}
