/** Starts the bot: settings, database, platforms, app, loops. Stops it in the reverse order. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AssembledApp, createApp } from './app.ts';
import type { Platform } from './chat.ts';
import { commands } from './commands/index.ts';
import { type Bot, createBot } from './commands/kit/bot.ts';
import { views } from './commands/views.ts';
import { systemClock as clock } from './concurrency/clock.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { connect, type Database } from './db/connect.ts';
import { createTtlStore } from './db/ttl-store.ts';
import { createNotifier } from './jobs/replicas/notifier-store.ts';
import { createLog, type Log } from './log.ts';
import { createPublicDispatcher, createPublicFetch } from './media/fetch/guarded.ts';
import { createMediaFiles, type MediaFiles } from './media/files.ts';
import { createFit } from './media/fit.ts';
import { loadReaders } from './media/uploads/inspect.ts';
import { createOperatorServer } from './ops/health.ts';
import { createCatalogue, loadCatalogue } from './photogpt/models/catalogue.ts';
import { createLeanSend } from './photogpt/wire/lean-send.ts';
import { stopInOrder } from './process/shutdown.ts';
import { waitForStopSignal } from './process/signals.ts';
import { forcedExitMs } from './process/timings.ts';
import { waitForUncaughtException } from './process/uncaught-errors.ts';
import { tuneHeap } from './process/v8-flags.ts';
import { version } from './process/version.ts';

const { random } = Math;

/** The platforms, in the order in which they connect. A new one has its line here. */
const platformLoaders: LoadPlatform[] = [loadDiscord, loadSlack];

/**
 * Loads the code of a platform that has settings, and resolves with the function that creates the platform. Each takes
 * a third of a second to load, so one without settings is not loaded, and resolves with undefined.
 */
type LoadPlatform = (config: Config) => Promise<CreatePlatform | undefined>;
type CreatePlatform = (parts: AdapterParts) => Platform<Bot>;

async function main(): Promise<void> {
  tuneHeap();
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = readConfig();
  // From the start, so that a stop request that comes during the start is not lost.
  const stopRequested = waitForStopSignal();
  const log = createLog(config.logLevel, 1, config.secrets);
  const crashed = waitForUncaughtException(log).finally(() => {
    process.exitCode = 1;
  });
  const running = await startBot(config, log);
  loadReaders().catch((err: unknown) => log.warn({ err }, 'pictures cannot be read'));

  const signal = await Promise.race([stopRequested, crashed]);
  log.info({ signal }, 'stopping');
  setTimeout(() => process.exit(1), forcedExitMs).unref();
  await running.stop();
}

/** Starts everything that this process does in its role. */
async function startBot(config: Config, log: Log): Promise<{ stop(): Promise<void> }> {
  const { cataloguePath } = config.photogpt;
  const catalogue = cataloguePath ? await loadCatalogue(cataloguePath) : createCatalogue();
  const [db, creators] = await Promise.all([
    connect({ url: config.databaseUrl, folder: join(config.dataDir, 'database') }, log, random),
    Promise.all(platformLoaders.map((load) => load(config))),
  ]);
  const files = createMediaFiles(join(config.dataDir, 'media'));
  const parts = adapterParts(db, files, log, () => assembled);
  const platforms = creators.flatMap((create) => (create ? [create(parts)] : []));
  const assembled = createApp({
    photogpt: {
      key: config.photogpt.key,
      url: config.photogpt.url,
      exclusive: config.photogpt.keyExclusive,
      perSecond: config.photogpt.perSecond,
      lanes: config.photogpt.lanes,
    },
    notifier: createNotifier({ db, replica: randomUUID(), clock, log }),
    catalogue,
    db,
    folder: config.dataDir,
    platforms,
    views,
    maxOpen: config.maxOpenJobs,
    calls: config.calls,
    usual: { 'person-daily-jobs': config.personDailyJobs },
    keepDays: config.keepDays,
    publicUrl: config.publicUrl,
    loopbackResults: false,
    version,
    fetch: globalThis.fetch,
    send: createLeanSend(globalThis.fetch),
    batchClock: clock,
    clock,
    random,
    log,
  });
  const { app, pipeline, metrics, pictures, close } = assembled;
  const connected = new Set<string>();
  const operator = createOperatorServer({
    host: config.operator.host,
    port: config.operator.port,
    checks: [
      { name: 'database', holds: () => db.answers() },
      { name: 'media', holds: () => files.takesWrites() },
      { name: 'platforms', holds: async () => connected.size === platforms.length },
    ],
    metrics,
    pictures,
    clock,
    log,
  });

  await operator.start();
  await pipeline.start(config.role === 'gateway' ? ['presets'] : undefined);
  const bot = createBot(app, commands);
  for (const platform of platforms) {
    if (config.role !== 'worker') await platform.start(bot);
    connected.add(platform.name);
  }
  log.info({ version, platforms: [...connected], database: db.engine, role: config.role }, 'ready');
  return { stop: () => stopInOrder({ platforms, pipeline, closing: [operator.stop, close, db.close] }, log) };
}

type AdapterParts = ReturnType<typeof adapterParts>;

/** Returns the parts of every adapter. `assembled` gives the app, which is made after the platforms. */
function adapterParts(db: Database, files: MediaFiles, log: Log, assembled: () => AssembledApp) {
  return { open: files.find, fit: createFit({ files }), ttlStore: createTtlStore(db), clock, random, log, assembled };
}

async function loadDiscord({ discord: settings }: Config): Promise<CreatePlatform | undefined> {
  if (!settings) return undefined;
  const { createDiscord } = await import('./platforms/discord/discord.ts');
  return ({ assembled, ...parts }) =>
    createDiscord({
      ...parts,
      ...settings,
      // The addresses of attached files come with the messages of people.
      fetch: createPublicFetch(globalThis.fetch, [new URL(settings.apiUrl).host]),
      onInvalid: (status) => assembled().metrics.discordInvalid.inc({ status }),
      onAcknowledged: (milliseconds) =>
        assembled().metrics.acknowledgementSeconds.observe({ platform: 'discord' }, milliseconds / 1_000),
    });
}

async function loadSlack({ slack: settings }: Config): Promise<CreatePlatform | undefined> {
  if (!settings) return undefined;
  const { createSlack } = await import('./platforms/slack/slack.ts');
  return ({ assembled, ...parts }) =>
    createSlack({
      ...parts,
      ...settings,
      // Slack's answers say where to send files.
      dispatcherFor: createPublicDispatcher([new URL(settings.apiUrl).host]),
      removed: (tenant) => assembled().app.jobs.abandon('slack', tenant),
      commands: commands.map(({ name }) => name),
    });
}

main().catch((error: unknown) => {
  process.stderr.write(`${explained(error)}\n`);
  process.exit(1);
});

/** Returns the sentence of an error that has one for the operator, else its stack. A cause shows that it has one. */
function explained(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hasSentence = error instanceof ConfigError || error.cause !== undefined;
  return (hasSentence ? error.message : error.stack) ?? error.message;
}
