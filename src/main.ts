/** Starts the bot: configuration, database, parts, platforms, loops. Stops in the reverse order. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from './app.ts';
import type { Platform } from './chat.ts';
import { systemClock as clock } from './clock.ts';
import { type Bot, createBot } from './commands/bot.ts';
import { commands } from './commands/index.ts';
import { views } from './commands/views.ts';
import { ConfigError, readConfig } from './config.ts';
import { connect } from './db/connect.ts';
import { createDrafts } from './db/drafts.ts';
import { createLog } from './log.ts';
import { createMediaFiles } from './media/files.ts';
import { createFit } from './media/fit.ts';
import { createOperatorServer } from './ops/health.ts';
import { createCatalogue, loadCatalogue } from './photogpt/catalogue.ts';
import { createDiscord } from './platforms/discord/discord.ts';
import { createSlack } from './platforms/slack/slack.ts';
import { untilAsked } from './until-asked.ts';
import { version } from './version.ts';

const { random } = Math;

/** Whatever hangs at the end, the process is gone after this, in milliseconds: Docker kills after ten by default. */
const lastResort = 20_000;

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = readConfig();
  // From the start, so that a stop that is asked for while starting is not lost.
  const asked = untilAsked();
  const log = createLog(config.logLevel);
  const { key, url, keyExclusive: exclusive, cataloguePath } = config.photogpt;
  const catalogue = cataloguePath ? await loadCatalogue(cataloguePath) : createCatalogue();
  const db = await connect({ url: config.databaseUrl, folder: join(config.dataDir, 'database') }, log);

  const files = createMediaFiles(join(config.dataDir, 'media'));
  const adapter = { open: files.find, fit: createFit({ files }), drafts: createDrafts(db), clock, random, log };
  const removed = (tenant: string) => app.jobs.abandon('slack', tenant);
  const platforms: Platform<Bot>[] = [
    ...(config.discord ? [createDiscord({ ...adapter, ...config.discord })] : []),
    ...(config.slack ? [createSlack({ ...adapter, ...config.slack, removed })] : []),
  ];
  const { app, pipeline, metrics, pictures, close } = createApp({
    photogpt: { key, url, exclusive },
    catalogue,
    db,
    folder: config.dataDir,
    platforms,
    views,
    maxOpen: config.maxOpenJobs,
    publicUrl: config.publicUrl,
    loopbackResults: false,
    version,
    fetch: globalThis.fetch,
    clock,
    random,
    log,
  });
  const bot = createBot(app, commands);
  const connected = new Set<string>();
  const operator = createOperatorServer({
    ...config.operator,
    checks: [
      { name: 'database', holds: () => db.answers() },
      { name: 'platforms', holds: async () => connected.size === platforms.length },
    ],
    metrics,
    pictures,
    clock,
    log,
  });

  await operator.start();
  if (config.role !== 'gateway') await pipeline.start();
  for (const platform of platforms) {
    if (config.role !== 'worker') await platform.start(bot);
    connected.add(platform.name);
  }
  log.info({ version, platforms: [...connected], database: db.engine, role: config.role }, 'ready');

  const signal = await asked;
  log.info({ signal }, 'stopping');
  setTimeout(() => process.exit(1), lastResort).unref();
  for (const platform of platforms) await platform.stop();
  await pipeline.stop();
  await operator.stop();
  await close();
  await db.close();
}

main().catch((error: unknown) => {
  // What was put into words for the operator says enough; where anything else came from is worth knowing.
  const explained = error instanceof ConfigError || (error instanceof Error && error.cause !== undefined);
  const text = error instanceof Error ? (explained ? error.message : error.stack) : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
});
