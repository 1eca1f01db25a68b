/** Ends jobs of this API key that are past their deadline. */
import type { Clock } from '../../concurrency/clock.ts';
import type { Finish } from '../poll/finish.ts';
import type { ApiKeyStore } from '../state/api-key-store.ts';
import type { Transitions } from '../state/transitions-store.ts';
import { createEndLateJobs } from './end-late-jobs.ts';

type OverdueParts = { apiKeyStore: ApiKeyStore; transitions: Transitions; finish: Finish; clock: Clock };

/** Returns a step that ends every overdue job and resolves with whether there was one. */
export function createOverdue({ apiKeyStore, transitions, finish, clock }: OverdueParts) {
  const endLateJobs = createEndLateJobs({ transitions, finish, clock });

  return async function overdue(signal: AbortSignal): Promise<boolean> {
    const jobs = await apiKeyStore.overdue();
    if (jobs.length === 0) return false;
    const isPaused = (await apiKeyStore.state()).pausedForMs > 0;
    await endLateJobs(jobs, () => !isPaused, signal);
    return true;
  };
}
