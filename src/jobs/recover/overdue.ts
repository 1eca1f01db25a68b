/** Ends, with a reason, what has been on the way for longer than its deadline allows. */
import type { Clock } from '../../concurrency/clock.ts';
import type { createFinish } from '../poll/finish.ts';
import type { ApiKeyStore } from '../state/api-key-store.ts';
import type { Transitions } from '../state/transitions-store.ts';
import { createLastLook } from './last-look.ts';

type OverdueParts = {
  apiKeyStore: ApiKeyStore;
  transitions: Transitions;
  finish: ReturnType<typeof createFinish>;
  clock: Clock;
};

/** Returns a step that looks at every overdue job one last time and then ends it; tells whether there were any. */
export function createOverdue({ apiKeyStore, transitions, finish, clock }: OverdueParts) {
  const lastLook = createLastLook(finish);

  return async function overdue(signal: AbortSignal): Promise<boolean> {
    const jobs = await apiKeyStore.overdue();
    // A PhotoGPT that is silent is silent for two minutes a question, and leases wait behind this step: one is enough.
    let answers = jobs.length > 0 && (await apiKeyStore.state()).pausedFor === 0;
    for (const job of jobs) {
      const over = answers ? await lastLook(job, signal) : false;
      if (over) continue;
      answers &&= over !== undefined;
      const minutes = Math.round((clock.now() - job.createdAt.getTime()) / 60_000);
      const code = job.state === 'queued' ? 'unreachable' : 'deadline';
      await transitions.fail(job.id, { code, details: { minutes } }, job.state);
    }
    return jobs.length > 0;
  };
}
