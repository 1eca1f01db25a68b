/** Gives up what is not over in time, with one look for all of it: a timer and a signal for each cost a tenth of a short statement. */
import type { Clock } from '../../concurrency/clock.ts';

/** Between two looks, in milliseconds. */
const look = 100;

type Deadline = { until: number; isOver: boolean; giveUp(): void };

/**
 * `waitFor` gives what `work` comes to, or `late` when that takes longer than `milliseconds` and two looks. Two, because
 * a process that stood still finds its own time over before it has read the answers that came meanwhile.
 */
export function createDeadlines<Late>(clock: Clock, late: Late) {
  const open = new Set<Deadline>();
  let isLooking = false;

  async function lookUntilNoneIsOpen(): Promise<void> {
    isLooking = true;
    while (open.size > 0) {
      await clock.sleep(look);
      for (const deadline of open) {
        if (deadline.isOver) deadline.giveUp();
        else deadline.isOver = clock.now() >= deadline.until;
      }
    }
    isLooking = false;
  }

  return {
    waitFor: <T>(work: PromiseLike<T>, milliseconds: number): Promise<T | Late> =>
      new Promise((resolve, reject) => {
        const deadline = {
          until: clock.now() + milliseconds,
          isOver: false,
          giveUp() {
            open.delete(deadline);
            resolve(late);
          },
        };
        open.add(deadline);
        work.then(
          (answer) => {
            open.delete(deadline);
            resolve(answer);
          },
          (error: unknown) => {
            open.delete(deadline);
            reject(error);
          },
        );
        if (!isLooking) void lookUntilNoneIsOpen();
      }),
  };
}
