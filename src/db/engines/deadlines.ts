/**
 * Gives up statements that are not answered in time. One timer serves all of them, unlike `withTimeout`: a timer and a
 * signal for each cost a tenth of a short statement.
 */
import type { Clock } from '../../concurrency/clock.ts';
import { deadlineCheckIntervalMs } from '../timings.ts';

/** A statement that is waited for. `isOver` once a check found its time over. */
type Deadline = { until: number; isOver: boolean; giveUp(): void };

/**
 * Returns `waitFor`, which resolves with the value of `work`, or with `late` after `milliseconds` and two checks. It takes
 * two, because a process that stood still finds the time over before it has read the answers that came meanwhile.
 */
export function createDeadlines<Late>(clock: Clock, late: Late) {
  const open = new Set<Deadline>();
  let isChecking = false;

  async function checkUntilNoneIsOpen(): Promise<void> {
    isChecking = true;
    let checkedAt = clock.now();
    while (open.size > 0) {
      await clock.sleep(deadlineCheckIntervalMs);
      const now = clock.now();
      // Deadlines follow a clock that was set back. Without that, a day back would hold them open for a day.
      const setBackMs = Math.max(0, checkedAt - now);
      for (const deadline of open) {
        deadline.until -= setBackMs;
        if (deadline.isOver) deadline.giveUp();
        else deadline.isOver = now >= deadline.until;
      }
      checkedAt = now;
    }
    isChecking = false;
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
        if (!isChecking) void checkUntilNoneIsOpen();
      }),
  };
}
