/** A world that stands still: one clock for the bot, its database and the sandbox. Tests run each step by themselves. */

import { setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { onTestFinished } from 'vitest';
import type { Origin, PlatformName } from '../../src/chat.ts';
import { views } from '../../src/commands/views.ts';
import type { Clock } from '../../src/concurrency/clock.ts';
import type { Database } from '../../src/db/connect.ts';
import { deliveries as deliveryRows, jobs as jobRows, orphans } from '../../src/db/schema/schema.ts';
import { createDeliver } from '../../src/jobs/deliver/deliver.ts';
import { createDeliveryStore } from '../../src/jobs/deliver/deliveries-store.ts';
import { createProgress } from '../../src/jobs/deliver/progress.ts';
import { createProgressStore } from '../../src/jobs/deliver/progress-store.ts';
import { createVideoFiles } from '../../src/jobs/deliver/video-files.ts';
import { createJobs, type Work } from '../../src/jobs/jobs.ts';
import { createLearnedDurations } from '../../src/jobs/poll/durations-store.ts';
import { createFinish } from '../../src/jobs/poll/finish.ts';
import { createPoll } from '../../src/jobs/poll/poll.ts';
import { createForeignJobsAudit } from '../../src/jobs/recover/foreign-jobs.ts';
import { createOverdue } from '../../src/jobs/recover/overdue.ts';
import { createReconcile } from '../../src/jobs/recover/reconcile.ts';
import { createApiKeyStore } from '../../src/jobs/state/api-key-store.ts';
import { createJobStore, type Job } from '../../src/jobs/state/job-store.ts';
import { createTransitions, type Transitions } from '../../src/jobs/state/transitions-store.ts';
import { createAcceptance } from '../../src/jobs/submit/acceptance-store.ts';
import { createSubmit, type SubmitParts } from '../../src/jobs/submit/submit.ts';
import { requestTimeoutMs } from '../../src/jobs/timings.ts';
import { logTo } from '../../src/log.ts';
import { createDownload } from '../../src/media/fetch/download.ts';
import { createResults } from '../../src/media/fetch/results.ts';
import { createMediaFiles } from '../../src/media/files.ts';
import { createMediaStore } from '../../src/media/media-store.ts';
import { createReferences } from '../../src/media/uploads/references.ts';
import { createPhotoGPT } from '../../src/photogpt/client.ts';
import type { Guesses } from '../../src/sandbox/guesses.ts';
import { createSandbox } from '../../src/sandbox/server.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';
import { credentials, expectNoSecrets } from '../security/no-secrets.ts';
import { createFakeChat, type FakeChat } from './fake-chat.ts';

/** The API key of a world. */
export const secret = credentials.keyOfWorlds;

/** The hash that rows carry in place of the API key. */
export const key = 'digest-of-the-key';

/** Guesses for small pictures. The sandbox draws them only when they are fetched. */
const small = { smallestSide: 64, largestSide: 128, drawsAhead: false, videosPerJob: 1, framesPerSecond: 2 };

/** How long a test waits, in real time, for work that needs no move of the clock. */
export const soon = { timeout: 10_000, interval: 5 };

/** A signal that never aborts. All test files of a worker share it. */
export const signal = new AbortController().signal;
setMaxListeners(0, signal);

type Settings = {
  database: (clock: Pick<Clock, 'now'>) => Database;
  exclusive?: boolean;
  guesses?: Partial<Guesses>;
  /** The address of another PhotoGPT than the sandbox. */
  url?: string;
  maxOpen?: number;
  /** Lanes among which jobs are spread. */
  lanes?: number;
};

type Replica = { fake?: FakeChat; arrows?: Transitions; lanes?: number } & Pick<SubmitParts, 'apiRate' | 'partition'>;

let events = 0;

/** Returns the origin of a call by Ada in a channel. Its `event` is new each time. */
export function origin(more: Partial<Origin> = {}): Origin {
  events += 1;
  return {
    platform: 'playground',
    event: `event-${events}`,
    tenant: 'home',
    place: { kind: 'channel', channel: 'make-pictures' },
    person: { id: 'ada', name: 'Ada', roles: [], moderator: false },
    locale: 'en',
    private: false,
    ...more,
  };
}

/** Returns work that makes pictures. */
export const imagine = (prompt = 'a lighthouse at dusk', count = 1): Work => ({
  operation: 'image',
  model: 'nanobanana-2',
  request: { modelID: 'nanobanana-2', prompt, numImages: count },
  refs: [],
});

/** Returns work that makes a video. */
export const film = (prompt = 'waves at night'): Work => ({
  operation: 'video',
  model: 'kling-video-standard',
  request: { modelID: 'kling-video-standard', prompt },
  refs: [],
});

/** Opens a world with one replica. Everything in it ends with the test. */
export async function openWorld({
  database,
  exclusive = true,
  guesses,
  url,
  maxOpen = 20,
  lanes: atOnce = 1,
}: Settings) {
  const clock = createMovedClock(Date.now());
  const lines: string[] = [];
  const log = logTo({ write: (line) => void lines.push(line) });
  const sandbox = createSandbox({ clock, keys: [{ key: secret, credits: 1e6 }], guesses: { ...small, ...guesses } });
  await sandbox.start();
  onTestFinished(() => sandbox.stop());
  const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-world-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { download, close } = createDownload({ loopback: true });
  onTestFinished(close);

  const db = database(clock);
  const store = createJobStore(db);
  const acceptance = createAcceptance(db);
  const transitions = createTransitions(db);
  const deliveries = createDeliveryStore(db);
  const progressStore = createProgressStore(db);
  const mediaStore = createMediaStore(db);
  const files = createMediaFiles(join(folder, 'media'));
  const chat = createFakeChat();
  const random = () => 0.5;
  onTestFinished(() => {
    expectNoSecrets('the log of a world', lines);
    expectNoSecrets('the chat of a world', chat.messages);
  });

  /** Returns another process of the bot, with the same database and memory of its own. */
  function replica({ fake = chat, arrows = transitions, lanes = atOnce, apiRate, partition }: Replica = {}) {
    const platforms = new Map<PlatformName, FakeChat['platform']>([[fake.platform.name, fake.platform]]);
    // The client sleeps between its retries. Nothing moves the clock meanwhile, so its sleep takes no time.
    const instant = { now: clock.now, sleep: async () => {} };
    const api = createPhotoGPT({
      key: secret,
      baseUrl: url ?? sandbox.url,
      fetch,
      clock: instant,
      random,
      timeout: requestTimeoutMs,
    });
    const apiKeyStore = createApiKeyStore(db, key);
    const learnedDurations = createLearnedDurations(db, () => 10);
    const finish = createFinish({ api, transitions, learnedDurations, log });
    const results = createResults({ api, store: mediaStore, files, download });
    const references = createReferences({ api, store: mediaStore, files, key });
    const submit = createSubmit({
      api,
      apiRate,
      partition,
      key,
      transitions: arrows,
      apiKeyStore,
      references,
      lanes,
      clock: { ...clock, sleep: instant.sleep },
      random,
      log,
    });
    const deliver = createDeliver({ store, deliveries, platforms, results, views, clock, random, log });
    return {
      api,
      apiKeyStore,
      learnedDurations,
      /** Sends the jobs that can be sent, and waits for their answers. Resolves with whether there was one. */
      async submit() {
        const { hasBegun } = await submit.step(signal, { onLaneFree: () => {}, onEnded: () => {} });
        await submit.idle();
        return hasBegun;
      },
      submitStep: submit.step,
      submitted: submit.idle,
      reconcile: createReconcile({ api, transitions, apiKeyStore, clock, log, exclusive }),
      prepare: createVideoFiles({ api, transitions, apiKeyStore, random, log }),
      progress: createProgress({ store: progressStore, platforms, views, learnedDurations, clock, log }),
      poll: createPoll({ api, apiKeyStore, learnedDurations, finish, clock, random, log }),
      audit: () => createForeignJobsAudit({ api, apiKeyStore, log })(clock, signal),
      overdue: createOverdue({ apiKeyStore, transitions, finish, clock }),
      /** Posts due deliveries and waits for the chat. Resolves with whether there was one. */
      async deliver(stopping = signal) {
        const some = await deliver.step(stopping, () => {});
        await deliver.idle();
        return some;
      },
      deliverStep: deliver.step,
      delivered: deliver.idle,
      jobs: createJobs({
        store,
        acceptance,
        deliveries,
        api,
        key,
        learnedDurations,
        platforms,
        views,
        results,
        maxOpen,
        clock,
        log,
        lanes,
        removeFiles: async () => {},
        queued: () => {},
      }),
    };
  }

  const bot = replica();

  async function row(id: number): Promise<Job> {
    const job = await store.find(id);
    if (!job) throw new Error(`there is no job ${id}`);
    return job;
  }

  /** Accepts a job and shows its placeholder in the chat. */
  async function asked(work: Work = imagine(), from: Origin = origin()): Promise<Job> {
    const message = await bot.jobs.start(work, {
      origin: from,
      call: { command: 'imagine', options: { prompt: String(work.request.prompt) } },
    });
    const place =
      from.place.kind === 'direct'
        ? `@${from.person.id}`
        : from.place.channel + (from.place.thread ? `/${from.place.thread}` : '');
    await bot.jobs.shown(message.job ?? 0, chat.refOf(chat.say(place, message)));
    return row(message.job ?? 0);
  }

  return {
    clock,
    db,
    sandbox,
    chat,
    store,
    acceptance,
    transitions,
    deliveries,
    progressStore,
    folder,
    files,
    mediaStore,
    lines,
    bot,
    replica,
    row,
    asked,
    pass: clock.pass,
    /** Accepts a job and sends it. */
    async running(work: Work = imagine(), from: Origin = origin()): Promise<Job> {
      const { id } = await asked(work, from);
      await bot.submit();
      return row(id);
    },
    /** Accepts a job, sends it and polls it to its end. Its result waits to be posted. */
    async ready(work: Work = imagine(), from: Origin = origin()): Promise<Job> {
      const { id } = await asked(work, from);
      await bot.submit();
      clock.pass(60);
      bot.poll.forget();
      await bot.poll.step(signal);
      return row(id);
    },
    /** Returns the deliveries of a job. */
    said: (job: number) => db.orm.select().from(deliveryRows).where(eq(deliveryRows.job, job)).orderBy(deliveryRows.id),
    /** Adds a delivery to a job. */
    async sayToo(job: number, kind: (typeof deliveryRows.$inferInsert)['kind']) {
      const { channel } = await row(job);
      const at = { nextAt: db.now, createdAt: db.now, updatedAt: db.now };
      await db.orm.insert(deliveryRows).values({ job, kind, channel, ...at });
    },
    orphans: () => db.orm.select().from(orphans),
    rows: () => db.orm.select().from(jobRows).orderBy(jobRows.id),
    /** Returns how often the sandbox was asked for an operation. */
    calls: (operation: string) => sandbox.ledger.requests()[operation]?.calls ?? 0,
    paid: () => sandbox.ledger.jobs(),
  };
}

/** A world. */
export type World = Awaited<ReturnType<typeof openWorld>>;
