/** One process of the bot: the real loops, steps and stores. Everything that they wait for is an event of the world. */

import { sql } from 'drizzle-orm';
import type { Media, Message, MessageRef } from '../../src/chat.ts';
import type { Database } from '../../src/db/connect.ts';
import { createDeliver } from '../../src/jobs/deliver/deliver.ts';
import { createDeliveryStore } from '../../src/jobs/deliver/deliveries-store.ts';
import { createProgress } from '../../src/jobs/deliver/progress.ts';
import { createProgressStore } from '../../src/jobs/deliver/progress-store.ts';
import { createVideoFiles } from '../../src/jobs/deliver/video-files.ts';
import { createJobs } from '../../src/jobs/jobs.ts';
import { createPipeline } from '../../src/jobs/pipeline.ts';
import { createLearnedDurations } from '../../src/jobs/poll/durations-store.ts';
import { createFinish } from '../../src/jobs/poll/finish.ts';
import { createPoll } from '../../src/jobs/poll/poll.ts';
import { createForeignJobsAudit } from '../../src/jobs/recover/foreign-jobs.ts';
import { createOverdue } from '../../src/jobs/recover/overdue.ts';
import { createReconcile } from '../../src/jobs/recover/reconcile.ts';
import { createWatchdog } from '../../src/jobs/recover/watchdog.ts';
import { createWatchdogStore } from '../../src/jobs/recover/watchdog-store.ts';
import { createLeader } from '../../src/jobs/replicas/leader-store.ts';
import { createApiKeyStore } from '../../src/jobs/state/api-key-store.ts';
import { createApiRate, withinApiRate } from '../../src/jobs/state/api-rate.ts';
import { createJobStore, type Job } from '../../src/jobs/state/job-store.ts';
import { createTransitions } from '../../src/jobs/state/transitions-store.ts';
import { createAcceptance } from '../../src/jobs/submit/acceptance-store.ts';
import { createSubmit } from '../../src/jobs/submit/submit.ts';
import { requestTimeoutMs } from '../../src/jobs/timings.ts';
import { logTo } from '../../src/log.ts';
import type { References } from '../../src/media/uploads/references.ts';
import { createPhotoGPT } from '../../src/photogpt/client.ts';
import { asStep, sender, withKnownTries } from './errand.ts';
import type { FakeApi, Request } from './fake-api.ts';
import type { FakeChat } from './fake-chat.ts';
import type { Life } from './life.ts';
import { type Mutant, mutated } from './mutants.ts';
import type { Plan } from './plan.ts';

/** The digest of the API key, as rows carry it. */
const key = 'digest-of-the-key';

type Trouble = Parameters<FakeApi['handle']>[2];

/** Needs of a process. */
export type ReplicaParts = {
  life: Life;
  db: Database;
  api: FakeApi;
  chat: FakeChat;
  plan: Plan;
  random: () => number;
  /** The world's time. */
  now: () => number;
  /** Decides what goes wrong with a request that arrived. */
  trouble(path: string): Trouble;
  mutant?: Mutant;
  complain?(line: string): void;
};

const silent = logTo({ write: () => {} }, 'silent');

/** Makes a message. The prompt names the command, and the text says what the message is. */
const saying = (job: Job, text: string, more: Partial<Message> = {}): Message => ({
  text,
  tone: 'plain',
  quote: String(job.request.prompt),
  private: job.private || undefined,
  job: job.id,
  ...more,
});
const views = {
  result: (job: Job, media: Media[]) => saying(job, 'result', { media }),
  failure: (job: Job, failure = job.failure) => saying(job, `failure ${failure?.code ?? 'cancelled'}`),
  ping: (job: Job, link: MessageRef) => saying(job, 'ping', { link }),
  progress: (job: Job) => saying(job, 'progress'),
  tombstone: (job: Job) => saying(job, 'deleted'),
};

const shownAs = ({ kind, id }: Job['outputs'][number]): Media => ({
  id,
  kind,
  name: id,
  type: `${kind}/any`,
  bytes: 1,
  width: 1,
  height: 1,
  alt: id,
  spoiler: false,
});

/** A body that is not text is an upload. Nothing reads it. */
const jsonOf = (body: unknown): Record<string, unknown> => (typeof body === 'string' ? JSON.parse(body) : {});

/** See `createReplica`. */
export type Replica = ReturnType<typeof createReplica>;

/** Returns a process. Nothing of it runs before `start`, and only the end of its life stops it. */
export function createReplica(parts: ReplicaParts) {
  const { life, plan, random, now, mutant } = parts;
  const { clock } = life;
  const lanes = plan.submitLanes;
  const log = parts.complain ? logTo({ write: parts.complain }, 'debug') : silent;
  const db = mutant === 'now from the process' ? withClockOf(parts.db, life) : parts.db;

  const fetch = async (url: unknown, init?: RequestInit): Promise<Response> => {
    const { pathname, searchParams } = new URL(String(url));
    const request: Request = {
      method: init?.method ?? 'GET',
      path: pathname,
      query: searchParams,
      json: jsonOf(init?.body),
    };
    const by = sender(life, now());
    const { status, headers, body } = await life.io('api', `${request.method} ${pathname}`, () =>
      parts.api.handle(request, by, parts.trouble(pathname)),
    );
    return new Response(JSON.stringify(body), { status, headers });
  };
  const unlimited = withKnownTries(
    createPhotoGPT({
      key: 'a-key',
      baseUrl: 'https://photogpt.test',
      clock,
      random,
      timeout: requestTimeoutMs,
      fetch,
    }),
  );

  const store = createJobStore(db);
  const acceptance = createAcceptance(db);
  const { transitions, deliveries, apiKeyStore, listed } = mutated(mutant, {
    db,
    life,
    store,
    transitions: createTransitions(db),
    deliveries: createDeliveryStore(db),
    apiKeyStore: createApiKeyStore(db, key),
  });
  const apiRate = createApiRate({ rate: plan.perSecond, take: apiKeyStore.takeCalls, clock, random });
  const { enter, spare } = apiRate;
  const api = withinApiRate(unlimited, apiRate);
  const learnedDurations = createLearnedDurations(db, () => 10);
  const finish = createFinish({ api: unlimited, transitions, learnedDurations, log, enter });
  const adapter = parts.chat.adapterOf(
    life,
    mutant === 'nonce only' ? mutant : mutant === 'post then mark' ? 'no key at all' : undefined,
  );
  const platforms = new Map([[adapter.name, adapter]]);
  const results = async (job: Job) => job.outputs.map(shownAs);

  /** Uploads every reference that PhotoGPT does not have yet. */
  const references: References = {
    async resolve(reference, signal) {
      if (reference.remoteId) return reference;
      const file = { bytes: new Uint8Array(1), name: 'reference.jpg', type: 'image/jpeg' };
      const { id, url = '' } = await api.uploadImage({ modelID: 'shelf', type: 'auxiliaryType', file }, { signal });
      return { ...reference, remoteId: id, url };
    },
  };

  const submit = createSubmit({
    api: unlimited,
    apiRate,
    key,
    transitions,
    apiKeyStore,
    references,
    lanes,
    clock,
    random,
    log,
  });
  const poll = createPoll({
    api: unlimited,
    apiKeyStore,
    learnedDurations,
    finish,
    batchClock: clock,
    clock,
    random,
    log,
    spare,
  });
  const called = <Given extends unknown[], Result>(step: string, work: (...given: Given) => Result) =>
    asStep(step, now, work);
  const pipeline = createPipeline({
    submit: { ...submit, step: called('submit', submit.step) },
    reconcile: called(
      'reconcile',
      createReconcile({
        api: listed(api),
        transitions,
        apiKeyStore,
        clock,
        log,
        exclusive: plan.exclusive || mutant === 'greedy adoption',
      }),
    ),
    prepare: called('prepare', createVideoFiles({ api, transitions, apiKeyStore, random, log })),
    train: async () => false,
    progress: createProgress({ store: createProgressStore(db), platforms, views, learnedDurations, clock, log }),
    poll: { ...poll, step: called('sweep', poll.step) },
    audit: called('audit', createForeignJobsAudit({ api, apiKeyStore, log })),
    overdue: called('overdue', createOverdue({ apiKeyStore, transitions, finish, clock })),
    watchdog: called(
      'watchdog',
      createWatchdog({ store: createWatchdogStore(db), transitions, finish, key, clock, log }),
    ),
    deliver: createDeliver({ store, deliveries, platforms, results, views, clock, random, log }),
    refreshPresets: async () => {},
    transitions,
    deliveries,
    learnedDurations,
    leader: createLeader(db, 'sweep', life.name),
    clock,
    random,
    log,
  });
  const jobs = createJobs({
    store,
    acceptance:
      plan.lanes === 'by event'
        ? acceptance
        : { ...acceptance, insert: (row, deadline) => acceptance.insert({ ...row, lane: row.model }, deadline) },
    deliveries,
    api,
    key,
    learnedDurations,
    platforms,
    views,
    results,
    clock,
    log,
    removeFiles: async () => {},
    queued: pipeline.queued,
    lanes,
    maxOpen: 100,
  });

  return { life, jobs, start: pipeline.start, adapter };
}

/** Returns the database of a mutant: each statement carries the time of the process that sends it. */
const withClockOf = (db: Database, life: Life): Database => ({
  ...db,
  get now() {
    return sql`${new Date(life.clock.now()).toISOString()}::timestamptz`;
  },
});
