/** Opens every store that holds the state of jobs, for one API key. */
import type { Clock } from '../concurrency/clock.ts';
import type { Database } from '../db/connect.ts';
import type { Catalogue } from '../photogpt/models/catalogue.ts';
import { createDeliveryStore } from './deliver/deliveries-store.ts';
import { createProgressStore } from './deliver/progress-store.ts';
import { usualWorkSeconds } from './poll/durations.ts';
import { createLearnedDurations } from './poll/durations-store.ts';
import { createWatchdogStore } from './recover/watchdog-store.ts';
import { createApiKeyStore } from './state/api-key-store.ts';
import { createJobStore } from './state/job-store.ts';
import { createTransitions } from './state/transitions-store.ts';
import { createAcceptance } from './submit/acceptance-store.ts';
import { createTrainStore } from './submit/train-store.ts';

/** The parts of the stores. `key` is the hash that rows carry in place of the API key. */
export type JobStoresParts = {
  db: Database;
  key: string;
  catalogue: Pick<Catalogue, 'find'>;
  /** Requests that may be under way at once. 1 without it. */
  lanes?: number;
  /** Gathers writes that come within a moment of each other. Each is written alone without it. */
  batchClock?: Clock;
};

/** The stores of one process. */
export type JobStores = ReturnType<typeof createJobStores>;

/** Returns the stores. They hold no timers and need no closing. */
export function createJobStores({ db, key, catalogue, lanes = 1, batchClock }: JobStoresParts) {
  return {
    jobs: createJobStore(db, batchClock),
    acceptance: createAcceptance(db),
    // With one lane there are no ids to gather, and the next request would wait for the write.
    transitions: createTransitions(db, lanes > 1 ? batchClock : undefined),
    apiKey: createApiKeyStore(db, key),
    deliveries: createDeliveryStore(db, batchClock),
    progress: createProgressStore(db),
    trainings: createTrainStore(db, key),
    watchdog: createWatchdogStore(db),
    learnedDurations: createLearnedDurations(
      db,
      (model) => usualWorkSeconds[model] ?? catalogue.find(model)?.usualSeconds,
      (model) => catalogue.find(model)?.family,
    ),
  };
}
