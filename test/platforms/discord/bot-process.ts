/** A process that runs the whole bot on Discord, with its database in a folder, as `main.ts` puts it together. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createApp } from '../../../src/app.ts';
import { commands } from '../../../src/commands/index.ts';
import { createBot } from '../../../src/commands/kit/bot.ts';
import { views } from '../../../src/commands/views.ts';
import { systemClock as clock } from '../../../src/concurrency/clock.ts';
import { connect } from '../../../src/db/connect.ts';
import { createTtlStore } from '../../../src/db/ttl-store.ts';
import { createLog } from '../../../src/log.ts';
import { createMediaFiles } from '../../../src/media/files.ts';
import { createFit } from '../../../src/media/fit.ts';
import { createCatalogue } from '../../../src/photogpt/models/catalogue.ts';
import { createDiscord } from '../../../src/platforms/discord/discord.ts';

const { values: given } = parseArgs({
  options: {
    folder: { type: 'string', default: '' },
    database: { type: 'string' },
    photogpt: { type: 'string', default: '' },
    key: { type: 'string', default: '' },
    discord: { type: 'string', default: '' },
    token: { type: 'string', default: '' },
  },
});

const { random } = Math;
const log = createLog('warn', 2);
const db = await connect({ url: given.database, folder: join(given.folder, 'database') }, log);
const files = createMediaFiles(join(given.folder, 'media'));
const discord = createDiscord({
  token: given.token,
  apiUrl: given.discord,
  open: files.find,
  fit: createFit({ files }),
  ttlStore: createTtlStore(db),
  clock,
  log,
});
const { app, pipeline } = createApp({
  photogpt: { key: given.key, url: given.photogpt, exclusive: true },
  catalogue: createCatalogue(),
  db,
  folder: given.folder,
  platforms: [discord],
  views,
  maxOpen: 1_000,
  loopbackResults: true,
  version: '0.0.0',
  fetch: globalThis.fetch,
  clock,
  random,
  log,
});
await pipeline.start();
await discord.start(createBot(app, commands));
process.stdout.write('ready\n');
