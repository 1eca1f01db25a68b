/** Puts the parts together: what commands are given, and the loops that do the work. */
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Platform, PlatformName } from './chat.ts';
import type { Clock } from './concurrency/clock.ts';
import type { Database } from './db/connect.ts';
import { createErase, type Erase } from './erasure/erase.ts';
import { createErasuresStore } from './erasure/erasures-store.ts';
import { excuse, troubleIn } from './errors/from-trouble.ts';
import { createIdentityDesk, type IdentityDesk } from './identities/identities.ts';
import { createIdentityStore } from './identities/identities-store.ts';
import { createIdentityRemote } from './identities/remote-model.ts';
import { createDeliver } from './jobs/deliver/deliver.ts';
import { createDeliveryStore } from './jobs/deliver/deliveries-store.ts';
import { createProgress } from './jobs/deliver/progress.ts';
import { createProgressStore } from './jobs/deliver/progress-store.ts';
import { createPrepare } from './jobs/deliver/video-files.ts';
import { createJobDesk, type DeskParts, type JobDesk } from './jobs/jobs.ts';
import { createPipeline, type Pipeline } from './jobs/pipeline.ts';
import { usualWork } from './jobs/poll/durations.ts';
import { createExperience } from './jobs/poll/durations-store.ts';
import { createSettle } from './jobs/poll/finish.ts';
import { createSweep } from './jobs/poll/poll.ts';
import { createAudit } from './jobs/recover/foreign-jobs.ts';
import { createOverdue } from './jobs/recover/overdue.ts';
import { createReconcile } from './jobs/recover/reconcile.ts';
import { createWatchdog } from './jobs/recover/watchdog.ts';
import { createWatchdogStore } from './jobs/recover/watchdog-store.ts';
import { createLeader } from './jobs/replicas/leader-store.ts';
import type { Bell } from './jobs/replicas/notifier-store.ts';
import { everything } from './jobs/replicas/peers.ts';
import { createRemoteStore } from './jobs/state/api-key-store.ts';
import { createBudget, withinBudget } from './jobs/state/api-rate.ts';
import { createJobStore } from './jobs/state/job-store.ts';
import { createTransitions } from './jobs/state/transitions-store.ts';
import { createAcceptance } from './jobs/submit/acceptance-store.ts';
import { createSubmit, requestTimeout } from './jobs/submit/submit.ts';
import { createTrain } from './jobs/submit/train.ts';
import { createTrainStore } from './jobs/submit/train-store.ts';
import type { Log } from './log.ts';
import { createDownload } from './media/fetch/download.ts';
import { createLinks } from './media/fetch/link.ts';
import { createResults, type Results } from './media/fetch/results.ts';
import { createMediaFiles } from './media/files.ts';
import { createGallery } from './media/gallery.ts';
import { createGalleryStore } from './media/gallery-store.ts';
import { createMedia, type MediaAccess } from './media/media.ts';
import { createMediaStore } from './media/media-store.ts';
import { createRetention } from './media/retention.ts';
import { createKeep, mostBytes } from './media/uploads/keep.ts';
import { createPublicLinks } from './media/uploads/public-links.ts';
import { createReferences } from './media/uploads/references.ts';
import { createWhereabouts } from './media/whereabouts.ts';
import { createMetrics, type Metrics } from './ops/metrics.ts';
import type { Pictures } from './ops/picture-route.ts';
import { createStatus, type Status } from './ops/status.ts';
import { createPhotoGPT } from './photogpt/client.ts';
import type { Catalogue } from './photogpt/models/catalogue.ts';
import { createPresetBook } from './photogpt/preset-book.ts';
import type { Send } from './photogpt/wire/send.ts';
import { maySee } from './policy/ownership.ts';
import { createPolicy, type PolicyAccess, type PolicyParts } from './policy/policy.ts';

export type { Job } from './jobs/state/job-store.ts';

/** Everything that a command may use. */
export type App = PolicyAccess & {
  catalogue: Catalogue;
  jobs: JobDesk;
  media: MediaAccess;
  identities: IdentityDesk;
  gallery: ReturnType<typeof createGallery>;
  whereabouts: ReturnType<typeof createWhereabouts>;
  /** Takes everything of a person out of the bot, and has PhotoGPT delete its side. */
  erase: Erase['person'];
  /** Presets for what was typed, from memory. */
  presets(typed: string): { value: string; label: string; hint?: string }[];
  status(signal: AbortSignal): Promise<Status>;
  excuse: typeof excuse;
  random: () => number;
  log: Log;
};

export type AppParts = Pick<PolicyParts, 'calls' | 'usual' | 'pace'> & {
  /** `perSecond`: the most requests a second of all processes with the key, or no limit. `lanes`: see `SubmitParts`. */
  photogpt: { key: string; url: string; exclusive: boolean; perSecond?: number; lanes?: number };
  catalogue: Catalogue;
  db: Database;
  /** Where pictures and videos are kept. */
  folder: string;
  platforms: readonly Platform<never>[];
  views: DeskParts['views'];
  maxOpen: number;
  /** Days that files stay on the disk; for ever without it. */
  keepDays?: number;
  /** Where the outside reaches this bot, if it does: PhotoGPT then fetches references instead of getting them. */
  publicUrl?: string;
  /** Results may come from this machine: the sandbox's do. */
  loopbackResults: boolean;
  /** Another way to get at results than fetching them from PhotoGPT. */
  results?: Results;
  /** Between this process and others on the same database. */
  bell?: Bell;
  version: string;
  fetch: typeof globalThis.fetch;
  /** How requests to PhotoGPT leave, if not through `fetch`. */
  send?: Send;
  clock: Clock;
  random: () => number;
  log: Log;
};

/** Nothing runs before `pipeline.start`. `close` gives back what the parts hold, after `pipeline.stop`. */
export function createApp(parts: AppParts): {
  app: App;
  pipeline: Pipeline;
  metrics: Metrics;
  /** What PhotoGPT may fetch from us; absent without a public address. */
  pictures: Pictures | undefined;
  close(): Promise<void>;
} {
  const { db, catalogue, clock, random, log, views } = parts;
  const { perSecond: rate, lanes = 1 } = parts.photogpt;
  // Rows name the key they were paid with, and a database that leaks must not leak it.
  const key = createHash('sha256').update(parts.photogpt.key).digest('hex').slice(0, 16);
  const platforms = new Map<PlatformName, Platform<never>>(
    parts.platforms.map((platform) => [platform.name, platform]),
  );

  /** What this process may take at once of the work of a loop. */
  const shareOf = (loop: string) => () => parts.bell?.share(loop) ?? everything;

  const store = createJobStore(db, parts.pace);
  const watched = createWatchdogStore(db);
  const metrics = createMetrics(watched.ages);
  const unlimited = createPhotoGPT({
    key: parts.photogpt.key,
    baseUrl: parts.photogpt.url,
    ...{ fetch: parts.fetch, send: parts.send, clock, random, timeout: requestTimeout },
    userAgent: `photogpt-bot/${parts.version}`,
    onResponse: ({ operation, status, milliseconds }) => {
      metrics.apiRequests.inc({ operation, status: status ?? 'none' });
      metrics.apiSeconds.observe({ operation }, milliseconds / 1000);
    },
  });

  // Where one request goes at a time there are no ids to gather, and the next request would wait for it.
  const transitions = createTransitions(db, lanes > 1 ? parts.pace : undefined);
  const deliveries = createDeliveryStore(db, parts.pace);
  const remote = createRemoteStore(db, key);
  const budget = createBudget({ rate, take: remote.takeCalls, clock, random });
  const { enter, spare } = budget;
  const api = withinBudget(unlimited, budget);
  const experience = createExperience(
    db,
    (model) => usualWork[model] ?? catalogue.find(model)?.usualSeconds,
    (model) => catalogue.find(model)?.family,
  );

  const files = createMediaFiles(join(parts.folder, 'media'));
  const mediaStore = createMediaStore(db);
  const { download, close } = createDownload({ loopback: parts.loopbackResults });
  const results = parts.results ?? createResults({ api, store: mediaStore, files, download });
  const identityStore = createIdentityStore(db);
  const media = createMedia({
    store: mediaStore,
    files,
    keep: createKeep({ store: mediaStore, files }),
    attachmentAt: createLinks({ download, files, limit: mostBytes }),
    maySeeJob: async (id, origin) => {
      const job = await store.find(id);
      return job !== undefined && maySee(job, origin);
    },
    isPhoto: identityStore.isPhoto,
  });

  const identityRemote = createIdentityRemote({
    api,
    store: identityStore,
    bytesOf: media.bytesOf,
    forget: media.forget,
    log,
  });
  const identities = createIdentityDesk({
    api,
    store: identityStore,
    remote: identityRemote,
    key,
    forget: media.forget,
    mayUsePicture: async (id, origin) => {
      const picture = await media.find(id, origin);
      return picture !== undefined && (picture.job !== null || picture.person === origin.person.id);
    },
    usualTraining: () => experience.usual('training'),
    random,
  });

  const policy = createPolicy(parts);
  const erase = createErase({
    ...{ store: createErasuresStore(db, key), api, jobs: store, media: mediaStore, models: identities, log },
    removeFile: files.remove,
    forgetDefaults: policy.access.settings.forget,
  });
  const retain = createRetention({ files, store: mediaStore, days: parts.keepDays ?? 0, clock });

  const settle = createSettle({ api: unlimited, transitions, experience, pace: parts.pace, clock, log, enter });
  const links = parts.publicUrl && { base: parts.publicUrl, secret: parts.photogpt.key, clock };
  const publicLinks = links ? createPublicLinks(links) : undefined;
  const references = createReferences({ api, store: mediaStore, files, key, publicLinks });
  const presets = createPresetBook(api);
  const pipeline = createPipeline({
    submit: createSubmit({
      ...{ api: unlimited, budget, share: shareOf('submit'), key, transitions, remote, references },
      ...{ lanes, clock, random, log },
    }),
    reconcile: createReconcile({ api, transitions, remote, clock, log, exclusive: parts.photogpt.exclusive }),
    prepare: createPrepare({ api, transitions, remote, random, log }),
    train: createTrain({
      ...{ api: { ...api, trainModel: unlimited.trainModel }, budget, key, transitions, remote },
      trainings: createTrainStore(db, key),
      identities: identityStore,
      identityRemote,
      eraseBuried: identities.eraseBuried,
      clock,
      random,
      log,
    }),
    progress: createProgress({ store: createProgressStore(db), platforms, views, experience, clock, log }),
    sweep: createSweep({ api: unlimited, remote, experience, settle, apart: parts.pace, clock, random, log, spare }),
    audit: createAudit({ api, remote, log }),
    overdue: createOverdue({ remote, transitions, settle, clock }),
    watchdog: createWatchdog({ store: watched, transitions, settle, key, clock, log }),
    deliver: createDeliver({
      ...{ store, deliveries, platforms, results, views, clock, random, log },
      share: shareOf('deliver'),
      onSent: ({ platform, finishedAt }, { kind }) => {
        metrics.deliveries.inc({ platform, outcome: kind });
        if (finishedAt)
          metrics.deliveryDelaySeconds.observe({ platform }, Math.max(0, clock.now() - finishedAt.getTime()) / 1000);
      },
    }),
    refreshPresets: presets.refresh,
    async tidy(signal) {
      await retain();
      await policy.tidy();
      return erase.step(signal);
    },
    transitions,
    deliveries,
    experience,
    leader: createLeader(db, `sweep ${key}`, randomUUID()),
    bell: parts.bell,
    // Whoever has another key or other platforms cannot do what is due for this process.
    work: [`submit:${key}`, `deliver:${[...platforms.keys()].sort()}`],
    ...{ pace: parts.pace, lanes, clock, random, log },
  });

  const jobs = createJobDesk({
    ...{ store, policy, deliveries, api, key, experience, platforms, views, results, lanes, clock, log },
    acceptance: createAcceptance(db),
    removeFiles: media.removeOf,
    queued: pipeline.queued,
    maxOpen: parts.maxOpen,
  });
  const status = createStatus({
    api,
    states: watched.ages,
    isForeign: async () => (await remote.state()).foreign,
    database: { engine: db.engine, answers: db.answers, troubleOf: troubleIn },
    disk: files.takesWrites,
    version: parts.version,
    clock,
  });
  const app: App = {
    catalogue,
    jobs,
    media,
    identities,
    gallery: createGallery(createGalleryStore(db)),
    whereabouts: createWhereabouts(api),
    erase: erase.person,
    ...policy.access,
    presets: (typed) =>
      presets.suggest(typed).map(({ tag, name, category }) => ({ value: tag, label: name, hint: category })),
    status,
    excuse,
    random,
    log,
  };
  const pictures = publicLinks && { holds: publicLinks.holds, find: media.picture };
  return { app, pipeline, metrics, pictures, close };
}
