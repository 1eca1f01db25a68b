/** Assembles the steps that carry a job from the queue to the chat, and the jobs as commands see them. */
import { randomUUID } from 'node:crypto';
import type { Platform, PlatformName } from '../chat.ts';
import type { Clock } from '../concurrency/clock.ts';
import type { Database } from '../db/connect.ts';
import type { AssembledIdentities } from '../identities/assemble-identities.ts';
import type { Log } from '../log.ts';
import type { AssembledMedia } from '../media/assemble-media.ts';
import type { ApiAccess } from './api-access.ts';
import { createDeliver, type DeliverParts } from './deliver/deliver.ts';
import { createProgress } from './deliver/progress.ts';
import { createVideoFiles } from './deliver/video-files.ts';
import type { JobStores } from './job-stores.ts';
import { createJobs, type Jobs, type JobsParts } from './jobs.ts';
import { createPipeline, type Pipeline, type PipelineParts } from './pipeline.ts';
import { createFinish } from './poll/finish.ts';
import { createPoll } from './poll/poll.ts';
import { createForeignJobsAudit } from './recover/foreign-jobs.ts';
import { createOverdue } from './recover/overdue.ts';
import { createReconcile } from './recover/reconcile.ts';
import { createWatchdog } from './recover/watchdog.ts';
import { createLeader } from './replicas/leader-store.ts';
import { wholePartition } from './replicas/peers.ts';
import { createSubmit } from './submit/submit.ts';
import { createTrain } from './submit/train.ts';

/** The parts of the rest of the bot that the steps need. */
export type AssemblePipelineParts = Pick<PipelineParts, 'notifier' | 'refreshPresets' | 'tidy' | 'batchClock'> &
  Pick<JobsParts, 'policy' | 'views' | 'maxOpen'> & {
    db: Database;
    /** The hash that rows carry in place of the API key. */
    key: string;
    /** `exclusive`: the operator says that nothing else works with the key. `lanes`: requests under way at once. */
    photogpt: { exclusive: boolean; lanes?: number };
    stores: JobStores;
    access: ApiAccess;
    media: Pick<AssembledMedia, 'access' | 'results' | 'references'>;
    identities: AssembledIdentities;
    platforms: readonly Platform<never>[];
    onSent: DeliverParts['onSent'];
    clock: Clock;
    random: () => number;
    log: Log;
  };

/** Returns the pipeline, not yet started, and the jobs as commands see them. */
export function assemblePipeline(parts: AssemblePipelineParts): { pipeline: Pipeline; jobs: Jobs } {
  const { key, media, identities, notifier, policy, views, batchClock, clock, random, log } = parts;
  const { exclusive, lanes = 1 } = parts.photogpt;
  const { unlimited, api, apiRate } = parts.access;
  const { transitions, deliveries, apiKey: apiKeyStore, learnedDurations, watchdog } = parts.stores;
  const platforms = new Map<PlatformName, Platform<never>>(
    parts.platforms.map((platform) => [platform.name, platform]),
  );
  /** Returns which rows of a loop's work this process takes at once. */
  const partitionOf = (loop: string) => () => notifier?.partition(loop) ?? wholePartition;

  const finish = createFinish({
    api: unlimited,
    transitions,
    learnedDurations,
    enter: apiRate.enter,
    batchClock,
    log,
  });
  const pipeline = createPipeline({
    submit: createSubmit({
      api: unlimited,
      apiRate,
      partition: partitionOf('submit'),
      key,
      transitions,
      apiKeyStore,
      references: media.references,
      lanes,
      clock,
      random,
      log,
    }),
    reconcile: createReconcile({ api, transitions, apiKeyStore, exclusive, clock, log }),
    prepare: createVideoFiles({ api, transitions, apiKeyStore, random, log }),
    train: createTrain({
      api: { ...api, trainModel: unlimited.trainModel },
      apiRate,
      key,
      transitions,
      apiKeyStore,
      trainings: parts.stores.trainings,
      identities: identities.store,
      remoteModel: identities.remoteModel,
      purgeDeletedModels: identities.access.purgeDeletedModels,
      clock,
      random,
      log,
    }),
    progress: createProgress({ store: parts.stores.progress, platforms, views, learnedDurations, clock, log }),
    poll: createPoll({
      api: unlimited,
      apiKeyStore,
      learnedDurations,
      finish,
      batchClock: batchClock,
      spare: apiRate.spare,
      clock,
      random,
      log,
    }),
    audit: createForeignJobsAudit({ api, apiKeyStore, log }),
    overdue: createOverdue({ apiKeyStore, transitions, finish, clock }),
    watchdog: createWatchdog({ store: watchdog, transitions, finish, key, clock, log }),
    deliver: createDeliver({
      store: parts.stores.jobs,
      deliveries,
      platforms,
      results: media.results,
      views,
      partition: partitionOf('deliver'),
      onSent: parts.onSent,
      clock,
      random,
      log,
    }),
    refreshPresets: parts.refreshPresets,
    tidy: parts.tidy,
    transitions,
    deliveries,
    learnedDurations,
    // Older versions call the lease of the leader so. Another name would let an older and a newer replica lead at once.
    leader: createLeader(parts.db, `sweep ${key}`, randomUUID()),
    notifier,
    // A process with another key or other platforms cannot take jobs or deliveries of this one. Older versions send these words.
    work: [`submit:${key}`, `deliver:${[...platforms.keys()].sort()}`],
    batchClock,
    lanes,
    clock,
    random,
    log,
  });
  const jobs = createJobs({
    store: parts.stores.jobs,
    acceptance: parts.stores.acceptance,
    policy,
    deliveries,
    api,
    key,
    learnedDurations,
    platforms,
    views,
    results: media.results,
    removeFiles: media.access.removeOf,
    queued: pipeline.queued,
    maxOpen: parts.maxOpen,
    lanes,
    clock,
    log,
  });
  return { pipeline, jobs };
}
