/** Runs one step after another, waits when there is nothing to do, and survives every error. */
import type { Log } from '../log.ts';
import { backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { type Ticks, untilNextTick } from './ticks.ts';
import type { WakeUp } from './wake-up.ts';

/** Waits after steps that failed, in milliseconds. */
const failedStepBackoff = { firstMs: 500, maxMs: 15_000 };

/** The parts of a loop. */
export type LoopParts = {
  name: string;
  /** Does one thing. True when there may be more to do at once. */
  step(): Promise<boolean>;
  wakeUp: WakeUp;
  /** Milliseconds to wait without a wake-up. The fallback for a lost one. */
  everyMs: number;
  /** After a step that left nothing, the next begins no sooner than the next tick. */
  ticks?: Ticks;
  clock: Clock;
  random: () => number;
  log: Log;
};

/** Runs until the signal aborts, and resolves after the step under way. Never rejects. */
export async function runLoop(parts: LoopParts, stop: AbortSignal): Promise<void> {
  const { name, step, wakeUp, everyMs, ticks, clock, random, log } = parts;
  let failures = 0;
  while (!stop.aborted) {
    try {
      const startedAt = ticks?.clock.now() ?? 0;
      const hasMore = await step();
      failures = 0;
      if (hasMore) continue;
      await wakeUp.wait(everyMs, stop);
      if (ticks) await ticks.clock.sleep(untilNextTick(ticks, startedAt), stop);
    } catch (error) {
      failures += 1;
      log.error({ err: error, loop: name, failures }, 'a step failed');
      await clock.sleep(backoff(failures, random, failedStepBackoff), stop);
    }
  }
}
