/** Puts the parts together: the app that commands use, and the loops that do the work. */
import { createHash } from 'node:crypto';
import type { Platform, PlatformFacts, PlatformName } from './chat.ts';
import type { Clock } from './concurrency/clock.ts';
import type { Database } from './db/connect.ts';
import { createErase, type Erase } from './erasure/erase.ts';
import { createErasuresStore } from './erasure/erasures-store.ts';
import { troubleKind, userErrorFrom } from './errors/from-trouble.ts';
import { assembleIdentities } from './identities/assemble-identities.ts';
import type { Identities } from './identities/identities.ts';
import { createIdentityStore } from './identities/identities-store.ts';
import { type ApiAccessParts, createApiAccess } from './jobs/api-access.ts';
import { assemblePipeline } from './jobs/assemble-pipeline.ts';
import type { DeliverParts } from './jobs/deliver/deliver.ts';
import { createJobStores } from './jobs/job-stores.ts';
import type { Jobs, JobsParts } from './jobs/jobs.ts';
import type { Pipeline } from './jobs/pipeline.ts';
import type { Notifier } from './jobs/replicas/notifier-store.ts';
import type { Log } from './log.ts';
import { assembleMedia } from './media/assemble-media.ts';
import type { Results } from './media/fetch/results.ts';
import { createGallery } from './media/gallery.ts';
import { createGalleryStore } from './media/gallery-store.ts';
import type { MediaAccess } from './media/media.ts';
import { createWhereabouts } from './media/whereabouts.ts';
import { createMetrics, type Metrics } from './ops/metrics.ts';
import type { Pictures } from './ops/picture-route.ts';
import { createStatus, type Status } from './ops/status.ts';
import type { Catalogue } from './photogpt/models/catalogue.ts';
import { createPresetList } from './photogpt/preset-list.ts';
import type { Send } from './photogpt/wire/send.ts';
import { maySee } from './policy/ownership.ts';
import { createPolicy, type PolicyAccess, type PolicyParts } from './policy/policy.ts';

export type { Job } from './jobs/state/job-store.ts';

/** Everything that a command may use. */
export type App = PolicyAccess & {
  catalogue: Catalogue;
  jobs: Jobs;
  media: MediaAccess;
  identities: Identities;
  gallery: ReturnType<typeof createGallery>;
  whereabouts: ReturnType<typeof createWhereabouts>;
  /** Deletes everything about a person, here and at PhotoGPT. */
  erase: Erase['person'];
  /** Returns presets for typed text, from memory. */
  presets(typed: string): { value: string; label: string; hint?: string }[];
  status(signal: AbortSignal): Promise<Status>;
  userErrorFrom: typeof userErrorFrom;
  random: () => number;
  log: Log;
};

/** The needs of the app. */
export type AppParts = Pick<PolicyParts, 'calls' | 'usual' | 'batchClock'> & {
  /** `perSecond`: requests a second of all processes with the key, without it no limit. `lanes`: see `SubmitParts`. */
  photogpt: { key: string; url: string; exclusive: boolean; perSecond?: number; lanes?: number };
  catalogue: Catalogue;
  db: Database;
  /** The folder for pictures and videos. */
  folder: string;
  platforms: readonly Platform<never>[];
  views: JobsParts['views'];
  maxOpen: number;
  /** Days that files stay on the disk. Without it they stay for ever. */
  keepDays?: number;
  /** The public address of this bot. With it, PhotoGPT fetches references. Without it, the bot uploads them. */
  publicUrl?: string;
  /** Results may come from this machine: the sandbox's do. */
  loopbackResults: boolean;
  /** Replaces the fetching of results from PhotoGPT. */
  results?: Results;
  /** Tells processes on the same database of new work. */
  notifier?: Notifier;
  version: string;
  fetch: typeof globalThis.fetch;
  /** Sends requests to PhotoGPT in place of `fetch`. */
  send?: Send;
  clock: Clock;
  random: () => number;
  log: Log;
};

/** The parts that a process starts, serves and stops. Nothing runs before `pipeline.start`. */
export type AssembledApp = {
  /** The app that commands use. */
  app: App;
  pipeline: Pipeline;
  metrics: Metrics;
  /** Pictures that PhotoGPT may fetch from us. Absent without a public address. */
  pictures: Pictures | undefined;
  /** Closes the connections of the parts. Call it after `pipeline.stop`. */
  close(): Promise<void>;
};

/** Puts the parts together, in the order in which they need each other. */
export function createApp(parts: AppParts): AssembledApp {
  const { db, catalogue, clock, random, log } = parts;
  // Rows name the API key that paid for them. A database that leaks must not leak the key itself.
  const key = createHash('sha256').update(parts.photogpt.key).digest('hex').slice(0, 16);
  const factsOf = (name: PlatformName) => factsIn(parts.platforms, name);
  const stores = createJobStores({ ...parts, key, lanes: parts.photogpt.lanes });
  const metrics = createMetrics(stores.watchdog.ages);
  const access = createApiAccess({ ...parts, take: stores.apiKey.takeCalls, onResponse: countRequests(metrics) });
  const { api } = access;

  const identityStore = createIdentityStore(db);
  const media = assembleMedia({
    ...parts,
    api,
    key,
    maySeeJob: async (id, origin) => {
      const job = await stores.jobs.find(id);
      return job !== undefined && maySee(job, origin);
    },
    isPhoto: identityStore.isPhoto,
  });
  const identities = assembleIdentities({
    store: identityStore,
    api,
    factsOf,
    key,
    media: media.access,
    mayUsePicture: async (id, origin) => {
      const picture = await media.access.find(id, origin);
      return picture !== undefined && (picture.job !== null || picture.person === origin.person.id);
    },
    usualTraining: () => stores.learnedDurations.usual('training'),
    random,
    log,
  });
  const policy = createPolicy({ ...parts, factsOf });
  const erase = createErase({
    store: createErasuresStore(db, key),
    api,
    jobs: stores.jobs,
    media: media.store,
    models: identities.access,
    removeFile: media.files.remove,
    forgetDefaults: policy.access.settings.forget,
    log,
  });
  const presets = createPresetList(api);
  const { pipeline, jobs } = assemblePipeline({
    ...parts,
    key,
    stores,
    access,
    media,
    identities,
    policy,
    onSent: countDeliveries(metrics, clock),
    refreshPresets: presets.refresh,
    async tidy(signal) {
      await media.retain();
      await policy.tidy();
      return erase.step(signal);
    },
  });

  const app: App = {
    ...policy.access,
    catalogue,
    jobs,
    media: media.access,
    identities: identities.access,
    gallery: createGallery(createGalleryStore(db)),
    whereabouts: createWhereabouts(api),
    erase: erase.person,
    presets: (typed) =>
      presets.suggest(typed).map(({ tag, name, category }) => ({ value: tag, label: name, hint: category })),
    status: createStatus({
      api,
      states: stores.watchdog.ages,
      isForeign: async () => (await stores.apiKey.state()).foreign,
      database: { engine: db.engine, answers: db.answers, troubleOf: troubleKind },
      disk: media.files.takesWrites,
      version: parts.version,
      clock,
    }),
    userErrorFrom,
    random,
    log,
  };
  return { app, pipeline, metrics, pictures: media.pictures, close: media.close };
}

/** Returns the facts of a platform. Throws for one that this process does not serve: no call can come from there. */
function factsIn(platforms: readonly Platform<never>[], name: PlatformName): PlatformFacts {
  const platform = platforms.find((one) => one.name === name);
  if (!platform) throw new Error(`there is no platform ${name}`);
  return platform.facts;
}

const countRequests =
  ({ apiRequests, apiSeconds }: Metrics): ApiAccessParts['onResponse'] =>
  ({ operation, status, milliseconds }) => {
    apiRequests.inc({ operation, status: status ?? 'none' });
    apiSeconds.observe({ operation }, milliseconds / 1000);
  };

const countDeliveries =
  ({ deliveries, deliveryDelaySeconds }: Metrics, clock: Clock): DeliverParts['onSent'] =>
  ({ platform, finishedAt }, { kind }) => {
    deliveries.inc({ platform, outcome: kind });
    if (finishedAt) deliveryDelaySeconds.observe({ platform }, Math.max(0, clock.now() - finishedAt.getTime()) / 1000);
  };
