/**
 * The process that a soak watches: the whole bot with Discord in front of it. It sends samples to its parent on demand.
 */
import { join } from 'node:path';
import { createApp } from '../../src/app.ts';
import { commands } from '../../src/commands/index.ts';
import { createBot } from '../../src/commands/kit/bot.ts';
import { views } from '../../src/commands/views.ts';
import { systemClock as clock } from '../../src/concurrency/clock.ts';
import { connect } from '../../src/db/connect.ts';
import { createTtlStore } from '../../src/db/ttl-store.ts';
import { createLog } from '../../src/log.ts';
import { createMediaFiles } from '../../src/media/files.ts';
import { createFit } from '../../src/media/fit.ts';
import { createCatalogue } from '../../src/photogpt/models/catalogue.ts';
import { createLeanSend } from '../../src/photogpt/wire/lean-send.ts';
import { createDiscord } from '../../src/platforms/discord/discord.ts';
import { waitForUncaughtException } from '../../src/process/uncaught-errors.ts';
import type { Sample } from './soak-verdict.ts';

/** The orders of the parent, as JSON in the first argument. */
export type SoakOrders = {
  folder: string;
  database?: string;
  photogpt: { key: string; url: string };
  discord: { token: string; apiUrl: string };
};

const { random } = Math;
// The parent writes it, and shares the type.
const orders = JSON.parse(process.argv[2] ?? '{}') as SoakOrders;
const log = createLog('error', 2);
void waitForUncaughtException(log);
let warnings = 0;
process.on('warning', (warning) => {
  warnings += 1;
  log.error({ err: warning }, 'the runtime warns');
});

const db = await connect({ url: orders.database, folder: join(orders.folder, 'database') }, log, random);
const files = createMediaFiles(join(orders.folder, 'media'));
const adapter = { open: files.find, fit: createFit({ files }), ttlStore: createTtlStore(db), clock, random, log };
const discord = createDiscord({ ...adapter, ...orders.discord });
const { app, pipeline, close } = createApp({
  photogpt: { ...orders.photogpt, exclusive: true },
  catalogue: createCatalogue(),
  db,
  folder: orders.folder,
  platforms: [discord],
  views,
  maxOpen: 1_000,
  loopbackResults: true,
  version: '0.0.0',
  fetch: globalThis.fetch,
  clock,
  random,
  log,
  send: createLeanSend(globalThis.fetch),
});
await pipeline.start();
await discord.start(createBot(app, commands));

/** Counts everything that could pile up, after a garbage collection. */
function sample(): Sample {
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  const count = (pattern: RegExp) => resources.filter((name) => pattern.test(name)).length;
  const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  return {
    rss,
    heap: heapUsed + external,
    timers: count(/Timeout|Immediate/),
    sockets: count(/TCP|TLS|Pipe/),
    listeners,
    warnings,
  };
}

process.on('message', (word) => {
  if (word === 'sample') process.send?.(sample());
  if (word !== 'stop') return;
  void (async () => {
    await discord.stop();
    await pipeline.stop();
    await close();
    await db.close();
    process.exit(0);
  })();
});
process.send?.('ready');
