/** A child process: the whole bot with a fake chat and its loops. Its parent makes the calls arrive. */
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as rest } from 'node:timers/promises';
import { createApp } from '../../src/app.ts';
import type { Platform } from '../../src/chat.ts';
import { commands } from '../../src/commands/index.ts';
import { createBot } from '../../src/commands/kit/bot.ts';
import { views } from '../../src/commands/views.ts';
import { systemClock as clock } from '../../src/concurrency/clock.ts';
import { connect } from '../../src/db/connect.ts';
import { createNotifier } from '../../src/jobs/replicas/notifier-store.ts';
import { createLog } from '../../src/log.ts';
import { createCatalogue } from '../../src/photogpt/models/catalogue.ts';
import { createLeanSend } from '../../src/photogpt/wire/lean-send.ts';
import { playgroundFacts } from '../../src/platforms/playground/facts.ts';
import { tuneHeap } from '../../src/process/v8-flags.ts';
import { type Kind, kindOfCall } from './arrivals.ts';
import { answering, settingsOf } from './children.ts';
import { key } from './databases.ts';
import { spreadOf } from './figure.ts';

/** The settings of the process. */
export type WorkerSettings = {
  name: string;
  /** A Postgres database. Without one, an embedded one in its folder. */
  database?: string;
  api: string;
  /** Durations of the catalogue's models, until the bot has learned them. */
  kinds: Kind[];
  /** Milliseconds that a message takes. */
  postTakes?: number;
  /** Requests a second of all bots together. */
  apiRate?: number;
  /** Lanes of all bots together. 1 without it. */
  lanes?: number;
};
/** Calls to make. */
export type Load = { perSecond: number; seconds: number; models?: Kind[]; event: string };
/** The latencies of calls in milliseconds, and the number that failed. */
export type Loaded = ReturnType<typeof spreadOf> & { lost: number };
/** The use of processor and memory. */
export type Usage = { cpu: number; heap: number; rss: number; posts: number; loopP99: number };

/** The event of a posted job, and the time of its message. */
export type Posted = { event: string; at: number };

tuneHeap();
const { folder, ...given }: WorkerSettings & { folder: string } = settingsOf();

const log = createLog('error', 2);
const db = await connect({ url: given.database, folder: join(folder, 'database') }, log);
/** The posted jobs since the last question. */
const posted: Posted[] = [];
/** The events of all posted jobs. A ping follows long work, and is no second result. */
const events = new Set<string>();
let messages = 0;

const chat: Platform<never> = {
  name: 'playground',
  facts: playgroundFacts,
  start: async () => {},
  stop: async () => {},
  async post({ event }) {
    if (given.postTakes) await rest(given.postTakes);
    messages += 1;
    if (!events.has(event)) posted.push({ event, at: Date.now() });
    events.add(event);
    return { platform: 'playground', channel: 'bench', id: `m${messages}` };
  },
  edit: async () => {},
};

const { app, pipeline } = createApp({
  photogpt: { key, url: given.api, exclusive: true, perSecond: given.apiRate, lanes: given.lanes },
  catalogue: createCatalogue({ models: given.kinds.map(({ model, median }) => ({ id: model, usualSeconds: median })) }),
  db,
  folder,
  platforms: [chat],
  views,
  maxOpen: 1_000,
  loopbackResults: true,
  results: async () => [],
  notifier: createNotifier({ db, replica: given.name, clock, log }),
  version: given.name,
  fetch: globalThis.fetch,
  send: createLeanSend(globalThis.fetch),
  batchClock: clock,
  clock,
  random: Math.random,
  log,
});
const bot = createBot(app, commands);
// A fine resolution would wake the process often, which would count as its work.
const delay = monitorEventLoopDelay({ resolution: 100 });
delay.enable();

/** Makes calls that do not wait for each other. Each latency counts from the time at which the call was due. */
async function load({ perSecond, seconds, models = given.kinds, event }: Load): Promise<Loaded> {
  const latencies: number[] = [];
  const underWay: Promise<void>[] = [];
  let lost = 0;
  const began = performance.now();
  const ask = async (index: number, due: number) => {
    const model = kindOfCall(models, index)?.model ?? 'nanobanana-2';
    const message = await bot.run(
      { command: 'imagine', options: { prompt: 'a lighthouse at dusk', model } },
      {
        platform: 'playground',
        event: `${event}-${index}`,
        tenant: 'home',
        locale: 'en',
        private: false,
        place: { kind: 'channel', channel: `channel-${index % 5_000}` },
        person: { id: `person-${index % 5_000}`, name: 'Ada', roles: [], moderator: false },
      },
    );
    if (message.job === undefined) lost += 1;
    else latencies.push(performance.now() - due);
    if (message.job !== undefined)
      await bot.shown(message.job, { platform: 'playground', channel: `channel-${index % 5_000}`, id: `a${index}` });
  };
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const due = began + (index * 1000) / perSecond;
    const early = due - performance.now();
    if (early > 1) await rest(early);
    const failed = () => {
      lost += 1;
    };
    underWay.push(ask(index, due).catch(failed));
  }
  await Promise.all(underWay);
  return { ...spreadOf(latencies), lost };
}

answering({
  ready: () => true,
  /** Starts the bot's loops. */
  start: () => pipeline.start(),
  load,
  /**
   * Returns the CPU seconds since the start, memory in bytes (with `collect`, after a collection), and the posted jobs.
   */
  usage({ collect = false }: { collect?: boolean } = {}): Usage {
    if (collect) global.gc?.();
    const { user, system } = process.cpuUsage();
    const { heapUsed, rss } = process.memoryUsage();
    const loopP99 = delay.percentile(99) / 1e6;
    delay.reset();
    return { cpu: (user + system) / 1e6, heap: heapUsed, rss, posts: events.size, loopP99 };
  },
  posted: () => posted.splice(0),
});
