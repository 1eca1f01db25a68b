/** Starts the bot: configuration, database, parts, platforms, loops. Stops in the reverse order. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from './app.ts';
import type { Platform } from './chat.ts';
import { commands } from './commands/index.ts';
import { type Bot, createBot } from './commands/kit/bot.ts';
import { views } from './commands/views.ts';
import { systemClock as clock } from './concurrency/clock.ts';
import { ConfigError, readConfig } from './config.ts';
import { connect } from './db/connect.ts';
import { createTtlStore } from './db/ttl-store.ts';
import { createNotifier } from './jobs/replicas/notifier-store.ts';
import { createLog } from './log.ts';
import { createGuardedFetch, createGuardedWay } from './media/fetch/guarded.ts';
import { createMediaFiles } from './media/files.ts';
import { createFit } from './media/fit.ts';
import { loadReaders } from './media/uploads/inspect.ts';
import { createOperatorServer } from './ops/health.ts';
import { createCatalogue, loadCatalogue } from './photogpt/models/catalogue.ts';
import { createLeanSend } from './photogpt/wire/lean-send.ts';
import { stopInOrder } from './process/shutdown.ts';
import { waitForStopSignal } from './process/signals.ts';
import { waitForUncaughtException } from './process/uncaught-errors.ts';
import { tuneHeap } from './process/v8-flags.ts';
import { version } from './process/version.ts';

const { random } = Math;

/** Whatever hangs at the end, the process is gone after this, in milliseconds: `compose.yaml` gives it twenty seconds. */
const lastResort = 14_500;

async function main(): Promise<void> {
  tuneHeap();
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = readConfig();
  // From the start, so that a stop that is asked for while starting is not lost.
  const asked = waitForStopSignal();
  const log = createLog(config.logLevel, 1, config.secrets);
  const mishap = waitForUncaughtException(log);
  const { key, url, keyExclusive: exclusive, perSecond, lanes, cataloguePath } = config.photogpt;
  const catalogue = cataloguePath ? await loadCatalogue(cataloguePath) : createCatalogue();
  // A platform that nobody configured is not loaded: each takes a third of a second.
  const [db, discord, slack] = await Promise.all([
    connect({ url: config.databaseUrl, folder: join(config.dataDir, 'database') }, log, random),
    config.discord && import('./platforms/discord/discord.ts'),
    config.slack && import('./platforms/slack/slack.ts'),
  ]);

  const files = createMediaFiles(join(config.dataDir, 'media'));
  const adapter = { open: files.find, fit: createFit({ files }), ttlStore: createTtlStore(db), clock, random, log };
  // Files that people attach: their addresses come with what they did.
  const attachments = createGuardedFetch(globalThis.fetch, config.discord ? [new URL(config.discord.apiUrl).host] : []);
  // Files that are sent: Slack's answers say where to.
  const wayTo = createGuardedWay(config.slack?.apiUrl ? [new URL(config.slack.apiUrl).host] : []);
  const discordCounts = {
    onInvalid: (status: number) => metrics.discordInvalid.inc({ status }),
    onAcknowledged: (milliseconds: number) =>
      metrics.acknowledgementSeconds.observe({ platform: 'discord' }, milliseconds / 1000),
  };
  const removed = (tenant: string) => app.jobs.abandon('slack', tenant);
  const platforms: Platform<Bot>[] = [
    ...(discord && config.discord
      ? [discord.createDiscord({ ...adapter, ...config.discord, ...discordCounts, fetch: attachments })]
      : []),
    ...(slack && config.slack
      ? [slack.createSlack({ ...adapter, ...config.slack, wayTo, removed, commands: commands.map(({ name }) => name) })]
      : []),
  ];
  const { app, pipeline, metrics, pictures, close } = createApp({
    photogpt: { key, url, exclusive, perSecond, lanes },
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
  const bot = createBot(app, commands);
  const connected = new Set<string>();
  const operator = createOperatorServer({
    ...config.operator,
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
  for (const platform of platforms) {
    if (config.role !== 'worker') await platform.start(bot);
    connected.add(platform.name);
  }
  log.info({ version, platforms: [...connected], database: db.engine, role: config.role }, 'ready');
  loadReaders().catch((err: unknown) => log.warn({ err }, 'pictures cannot be read'));

  const signal = await Promise.race([asked, mishap.finally(() => (process.exitCode = 1))]);
  log.info({ signal }, 'stopping');
  setTimeout(() => process.exit(1), lastResort).unref();
  await stopInOrder({ platforms, pipeline, closing: [operator.stop, close, db.close] }, log);
}

main().catch((error: unknown) => {
  // What was put into words for the operator says enough; where anything else came from is worth knowing.
  const explained = error instanceof ConfigError || (error instanceof Error && error.cause !== undefined);
  const text = error instanceof Error ? (explained ? error.message : error.stack) : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
});
