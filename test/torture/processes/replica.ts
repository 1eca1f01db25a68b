/** A process to be killed: the whole bot as `main.ts` assembles it, under a fast clock. It may end at a given point. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createApp } from '../../../src/app.ts';
import type { Platform } from '../../../src/chat.ts';
import { commands } from '../../../src/commands/index.ts';
import { type Bot, createBot } from '../../../src/commands/kit/bot.ts';
import { views } from '../../../src/commands/views.ts';
import { openEmbedded } from '../../../src/db/engines/embedded.ts';
import { openPostgres } from '../../../src/db/engines/postgres.ts';
import { createTtlStore } from '../../../src/db/ttl-store.ts';
import { createNotifier } from '../../../src/jobs/replicas/notifier-store.ts';
import { createLog } from '../../../src/log.ts';
import { createPublicDispatcher } from '../../../src/media/fetch/guarded.ts';
import { createMediaFiles } from '../../../src/media/files.ts';
import { createFit } from '../../../src/media/fit.ts';
import { createCatalogue } from '../../../src/photogpt/models/catalogue.ts';
import { createLeanSend } from '../../../src/photogpt/wire/lean-send.ts';
import { createDiscord } from '../../../src/platforms/discord/discord.ts';
import { createSlack } from '../../../src/platforms/slack/slack.ts';
import { stopInOrder } from '../../../src/process/shutdown.ts';
import { waitForStopSignal } from '../../../src/process/signals.ts';
import { createFastClock } from '../../journeys/fast-clock.ts';
import { endAt } from './points.ts';
import { readOrders } from './replica-orders.ts';

const asked = waitForStopSignal();
const { random } = Math;
const orders = readOrders(process.argv[2] ?? '{}');
const { CRASH_AT, PAUSE_AT } = process.env;
const databasePort = orders.database ? Number(new URL(orders.database).port) : -1;
if (CRASH_AT) endAt(CRASH_AT, 'SIGKILL', databasePort);
if (PAUSE_AT) endAt(PAUSE_AT, 'SIGSTOP', databasePort);

const clock = createFastClock(orders.began, orders.speed);
const log = createLog('debug', 2);
const db = orders.database
  ? await openPostgres(orders.database, clock.sql)
  : await openEmbedded(join(orders.folder, 'database'), clock.sql);
const files = createMediaFiles(join(orders.folder, 'media'));
const adapter = { open: files.find, fit: createFit({ files }), ttlStore: createTtlStore(db), clock, random, log };
const platforms: Platform<Bot>[] = [
  ...(orders.discord ? [createDiscord({ ...adapter, ...orders.discord })] : []),
  ...(orders.slack
    ? [
        createSlack({
          ...adapter,
          ...orders.slack,
          dispatcherFor: createPublicDispatcher([new URL(orders.slack.apiUrl).host]),
          pingTimeoutMs: 1_000,
        }),
      ]
    : []),
];
const { app, pipeline, close } = createApp({
  photogpt: { ...orders.photogpt, exclusive: true },
  catalogue: createCatalogue(),
  db,
  folder: orders.folder,
  platforms,
  views,
  maxOpen: 1_000,
  loopbackResults: true,
  notifier: createNotifier({ db, replica: randomUUID(), clock, log }),
  version: '0.0.0',
  fetch: globalThis.fetch,
  send: createLeanSend(globalThis.fetch),
  batchClock: clock,
  clock,
  random,
  log,
});
const bot = createBot(app, commands);
await pipeline.start();
for (const platform of platforms) await platform.start(bot);
process.stdout.write('ready\n');

await asked;
setTimeout(() => process.exit(1), 14_500).unref();
await stopInOrder({ platforms, pipeline, closing: [close, db.close] }, log);
