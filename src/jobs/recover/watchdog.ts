/** Looks after rows that nobody moved for longer than their state allows: gets them moving, or ends them with a reason. */
import type { Clock } from '../../concurrency/clock.ts';
import { createEvery } from '../../concurrency/every.ts';
import type { Failure } from '../../errors/catalogue.ts';
import type { Log } from '../../log.ts';
import type { createFinish } from '../poll/finish.ts';
import type { Job } from '../state/job-store.ts';
import type { Transitions } from '../state/transitions-store.ts';
import { createLastLook } from './last-look.ts';
import { type Limit, limits } from './watchdog-limits.ts';
import type { WatchdogStore } from './watchdog-store.ts';

type WatchdogParts = {
  store: WatchdogStore;
  transitions: Transitions;
  finish: ReturnType<typeof createFinish>;
  /** The digest of the API key that this process can ask with. */
  key: string;
  clock: Clock;
  log: Log;
};

/** Between two rounds, and between two lines in the log about one limit. Milliseconds. */
const [every, quiet] = [60_000, 3_600_000];

/** Returns a step for any replica at any time; it does nothing most of the time, and tells whether there was something. */
export function createWatchdog({ store, transitions, finish, key, clock, log }: WatchdogParts) {
  const lastLook = createLastLook(finish);
  const round = createEvery(every, clock);
  const warnings = new Map(limits.map((limit) => [limit, createEvery(quiet, clock)]));

  /** What the person reads: nothing was spent where nothing was sent, and nobody can tell where something may have been. */
  function reasonFor(job: Job): Failure {
    const minutes = Math.round((clock.now() - job.createdAt.getTime()) / 60_000);
    if (job.state === 'unknown' || (job.state === 'submitting' && job.sentAt)) {
      return { code: 'ambiguous', details: undefined };
    }
    const wasSent = job.state === 'running' || job.state === 'preparing';
    return { code: wasSent ? 'deadline' : 'unreachable', details: { minutes } };
  }

  async function endAll(limit: Limit, signal: AbortSignal): Promise<number> {
    let answers = true;
    const stuck = await store.stuckJobs(limit);
    for (const job of stuck) {
      const over: boolean | undefined = answers && job.key === key ? await lastLook(job, signal) : false;
      answers &&= over !== undefined;
      if (!over) await transitions.fail(job.id, reasonFor(job), job.state);
    }
    return stuck.length;
  }

  const act: Record<Limit['remedy'], (limit: Limit, signal: AbortSignal) => Promise<number>> = {
    end: endAll,
    say: store.say,
    reopen: store.reopen,
    keep: store.keep,
  };

  return async function watchdog(signal: AbortSignal): Promise<boolean> {
    if (!round.take()) return false;
    let found = 0;
    for (const limit of limits) {
      const count = await act[limit.remedy](limit, signal);
      found += count;
      if (count === 0 || !warnings.get(limit)?.take()) continue;
      const { what, state, remedy } = limit;
      log.error({ what, state, remedy, count }, 'rows sat in their state for longer than it allows');
    }
    return found > 0;
  };
}
