/**
 * Runs the bot with no keys: the API's sandbox, an embedded database and the playground, all on this machine.
 *
 * - `npm run demo` opens the playground, a chat in a web page, until it is stopped.
 * - `npm run demo -- --once '/imagine a lighthouse'` makes one call, prints what came of it as JSON, and ends.
 */
import { mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createApp } from './app.ts';
import { commands } from './commands/index.ts';
import { createBot } from './commands/kit/bot.ts';
import { views } from './commands/views.ts';
import { systemClock as clock } from './concurrency/clock.ts';
import { connect, type Database } from './db/connect.ts';
import { createPlaygroundHistory } from './db/playground-history.ts';
import { jobs as jobRows } from './db/schema/schema.ts';
import { createLog } from './log.ts';
import { createCatalogue } from './photogpt/models/catalogue.ts';
import { createLeanSend } from './photogpt/wire/lean-send.ts';
import { createPlayground } from './platforms/playground/playground.ts';
import { waitForStopSignal } from './process/signals.ts';
import { forcedExitMs, singleCallPollMs, singleCallTimeoutMs } from './process/timings.ts';
import { tuneHeap } from './process/v8-flags.ts';
import { version } from './process/version.ts';
import { runOnce } from './run-once.ts';
import { createSandbox } from './sandbox/server.ts';

const key = 'sandbox-key';

const flags = {
  once: { type: 'string' },
  port: { type: 'string', default: '4400' },
  data: { type: 'string', default: 'data/demo' },
  speed: { type: 'string' },
  log: { type: 'string' },
} as const;

/**
 * How many times faster than PhotoGPT everything goes. A person on the page can watch the work. A call by itself ends
 * quickly enough to wait for.
 */
const defaultSpeed = { page: '6', once: '30' };

/** Returns the flags as values. Throws an Error with a sentence for the first flag that does not fit. */
function readFlags() {
  const { port, ...given } = parseArgs({ options: flags }).values;
  const speed = given.speed ?? defaultSpeed[given.once === undefined ? 'page' : 'once'];
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new Error(`--port goes from 0 to 65535, not ${port}.`);
  if (!(Number(speed) > 0)) throw new Error(`--speed is a number above 0, not ${speed}.`);
  return { ...given, port: Number(port), speed: Number(speed) };
}

type Flags = ReturnType<typeof readFlags>;

/** Runs the demo as the flags say, and resolves with the exit code. */
async function demo(): Promise<number> {
  tuneHeap();
  const given = readFlags();
  if (given.once === undefined) return withBot(given, given.data, openPage);
  const line = given.once;
  const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-'));
  try {
    return await withBot(given, folder, (bot) => makeOneCall(bot, line, join(folder, 'results')));
  } finally {
    await removeWorkingFiles(folder);
  }
}

/** Removes the database and the copies of media, and keeps the results. Without results, the folder goes as well. */
async function removeWorkingFiles(folder: string): Promise<void> {
  for (const part of ['database', 'media']) await rm(join(folder, part), { recursive: true, force: true });
  await rmdir(folder).catch(() => {});
}

/** Shows where the playground is, and waits until a person stops the demo. */
async function openPage({ url }: RunningBot): Promise<number> {
  process.stdout.write(`\n  The playground is open at ${url}\n  Try: /imagine a lighthouse at dusk\n\n`);
  await waitForStopSignal();
  return 0;
}

function makeOneCall({ db, url }: RunningBot, line: string, folder: string): Promise<number> {
  return runOnce({
    line,
    url,
    folder,
    jobs: async () => {
      const rows = await db.orm.select().from(jobRows);
      return rows.map(({ id, state, operation, model }) => ({ id, state, operation, model }));
    },
    timeoutMs: singleCallTimeoutMs,
    pollMs: singleCallPollMs,
    clock,
    fetch: globalThis.fetch,
  });
}

/** The bot while it runs. `url` is the address of the playground. */
type RunningBot = { db: Database; url: string };

/** Starts the bot, does `work`, and stops the bot in the reverse order. */
async function withBot(
  { once, port, speed, log: level }: Flags,
  folder: string,
  work: (bot: RunningBot) => Promise<number>,
): Promise<number> {
  // Standard output carries the answer of `--once`, so the log goes to standard error. There, only errors are logged: a
  // refused prompt is a warning, and the answer gives its reason already.
  const log = createLog(level ?? (once === undefined ? 'warn' : 'error'), 2);
  const sandbox = createSandbox({ clock, log, speed, keys: [{ key, credits: 1_000_000 }] });
  await sandbox.start();
  const db = await connect({ folder: join(folder, 'database') }, log.child({}, { level: 'error' }));
  const history = createPlaygroundHistory(db);
  const playground = createPlayground({ history, clock, log, port: once === undefined ? port : 0 });
  const { app, pipeline, close } = createApp({
    photogpt: { key, url: sandbox.url, exclusive: true },
    catalogue: fasterCatalogue(speed),
    db,
    folder,
    platforms: [playground],
    views,
    maxOpen: 20,
    loopbackResults: true,
    version,
    fetch: globalThis.fetch,
    send: createLeanSend(globalThis.fetch),
    clock,
    random: Math.random,
    log,
  });
  await pipeline.start();
  await playground.start(createBot(app, commands));
  try {
    return await work({ db, url: playground.url() });
  } finally {
    await playground.stop();
    await pipeline.stop();
    await sandbox.stop();
    await close();
    await db.close();
  }
}

/** Returns the catalogue with shorter usual times, so that the times shown are the sandbox's. */
function fasterCatalogue(speed: number) {
  const { models } = createCatalogue();
  return createCatalogue({
    models: models.map(({ id, usualSeconds }) => ({ id, usualSeconds: usualSeconds / speed })),
  });
}

process.exitCode = await demo().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  return 1;
});
// No process.exit at once: it would cut off output that a pipe has not yet taken.
setTimeout(() => process.exit(), forcedExitMs).unref();
