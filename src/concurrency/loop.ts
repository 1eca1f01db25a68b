/** A loop that does one step after another, waits when there is nothing to do, and survives every error. */

import { type Tick, untilNextTick } from '../db/batched-writes.ts';
import type { Log } from '../log.ts';
import { backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { WakeUp } from './wake-up.ts';

export type LoopParts = {
  name: string;
  /** Does one thing; true when there may be more at once. */
  step(): Promise<boolean>;
  wake: WakeUp;
  /** How long to wait without a bell, in milliseconds: the fallback when a wake-up was lost. */
  every: number;
  /** After a step that left nothing, the next begins no sooner than its next beat. */
  gap?: Tick;
  clock: Clock;
  random: () => number;
  log: Log;
};

/** Runs until the signal aborts, and resolves after the step under way has ended. Never rejects. */
export async function runLoop(
  { name, step, wake, every, gap, clock, random, log }: LoopParts,
  stop: AbortSignal,
): Promise<void> {
  let troubles = 0;
  while (!stop.aborted) {
    try {
      const began = gap?.clock.now() ?? 0;
      const more = await step();
      troubles = 0;
      if (more) continue;
      await wake.wait(every, stop);
      if (gap) await gap.clock.sleep(untilNextTick(gap, began), stop);
    } catch (error) {
      troubles += 1;
      log.error({ err: error, loop: name, troubles }, 'a step failed');
      await clock.sleep(backoff(troubles, random, 500, 15_000), stop);
    }
  }
}
