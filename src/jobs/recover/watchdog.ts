/**
 * Finds rows that stayed in a state for longer than `watchdog-limits.ts` allows, whatever API key they belong to. Ends
 * them with a reason, or lets another process go on with them.
 */
import type { Clock } from '../../concurrency/clock.ts';
import { createEvery } from '../../concurrency/every.ts';
import type { Log } from '../../log.ts';
import type { Finish } from '../poll/finish.ts';
import type { Transitions } from '../state/transitions-store.ts';
import { watchdogIntervalMs, watchdogWarningIntervalMs } from '../timings.ts';
import { createEndLateJobs } from './end-late-jobs.ts';
import { type Limit, limits } from './watchdog-limits.ts';
import type { WatchdogStore } from './watchdog-store.ts';

type WatchdogParts = {
  store: WatchdogStore;
  transitions: Transitions;
  finish: Finish;
  /** The digest of the API key that this process can ask with. */
  key: string;
  clock: Clock;
  log: Log;
};

/**
 * Returns a step for any replica at any time. It resolves with whether it found such rows, and does nothing when the
 * last round is less than `watchdogIntervalMs` ago.
 */
export function createWatchdog({ store, transitions, finish, key, clock, log }: WatchdogParts) {
  const endLateJobs = createEndLateJobs({ transitions, finish, clock });
  const rounds = createEvery(watchdogIntervalMs, clock);
  const warnings = new Map(limits.map((limit) => [limit, createEvery(watchdogWarningIntervalMs, clock)]));

  async function endStuckJobs(limit: Limit, signal: AbortSignal): Promise<number> {
    const stuck = await store.stuckJobs(limit);
    await endLateJobs(stuck, (job) => job.key === key, signal);
    return stuck.length;
  }

  /** Each returns how many rows it moved. */
  const remedies: Record<Limit['remedy'], (limit: Limit, signal: AbortSignal) => Promise<number>> = {
    end: endStuckJobs,
    say: store.say,
    reopen: store.reopen,
    keep: store.keep,
  };

  return async function watchdog(signal: AbortSignal): Promise<boolean> {
    if (!rounds.take()) return false;
    let found = 0;
    for (const limit of limits) {
      const { what, state, remedy } = limit;
      const count = await remedies[remedy](limit, signal);
      found += count;
      if (count > 0 && warnings.get(limit)?.take())
        log.error({ what, state, remedy, count }, 'rows passed their limit');
    }
    return found > 0;
  };
}
