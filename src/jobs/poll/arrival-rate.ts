/** How many jobs come in a second, as far as that was seen lately: what comes has to be fetched some day. */
import type { Clock } from '../../concurrency/clock.ts';

/** What came counts for about so long, in milliseconds. */
const lately = 20_000;

export function createArrivalRate(clock: Pick<Clock, 'now'>) {
  let [rate, at] = [0, clock.now()];
  /** Also when our clock was set back. */
  const left = () => rate * Math.exp(-Math.max(0, clock.now() - at) / lately);

  return {
    came(jobs: number): void {
      [rate, at] = [left() + (1_000 * jobs) / lately, clock.now()];
    },
    perSecond: left,
    forget(): void {
      rate = 0;
    },
  };
}
