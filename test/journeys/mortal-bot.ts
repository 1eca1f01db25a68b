/** A process to be killed: the whole bot with its database in a folder, and the playground in front of it. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createApp } from '../../src/app.ts';
import { createBot } from '../../src/commands/bot.ts';
import { commands } from '../../src/commands/index.ts';
import { views } from '../../src/commands/views.ts';
import { openEmbedded } from '../../src/db/embedded.ts';
import { createHistory } from '../../src/db/history.ts';
import { createLog } from '../../src/log.ts';
import { createCatalogue } from '../../src/photogpt/catalogue.ts';
import { createPlayground } from '../../src/platforms/playground/playground.ts';
import { createFastClock } from './fast-clock.ts';

const { values: given } = parseArgs({
  options: {
    folder: { type: 'string', default: '' },
    url: { type: 'string', default: '' },
    key: { type: 'string', default: '' },
    began: { type: 'string', default: '0' },
    speed: { type: 'string', default: '1' },
  },
});

const clock = createFastClock(Number(given.began), Number(given.speed));
const log = createLog('warn', 2);
const db = await openEmbedded(join(given.folder, 'database'), clock.sql);
const playground = createPlayground({ history: createHistory(db), clock, log, port: 0 });
const { app, pipeline } = createApp({
  photogpt: { key: given.key, url: given.url, exclusive: true },
  catalogue: createCatalogue(),
  db,
  folder: given.folder,
  platforms: [playground],
  views,
  maxOpen: 20,
  loopbackResults: true,
  version: '0.0.0',
  fetch: globalThis.fetch,
  clock,
  random: Math.random,
  log,
});
await pipeline.start();
await playground.start(createBot(app, commands));
process.stdout.write(`${playground.url()}\n`);
