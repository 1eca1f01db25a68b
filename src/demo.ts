/** The bot with no keys: the API's sandbox, an embedded database and the playground, all on this machine. */
import { mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createApp } from './app.ts';
import { commands } from './commands/index.ts';
import { createBot } from './commands/kit/bot.ts';
import { views } from './commands/views.ts';
import { systemClock as clock } from './concurrency/clock.ts';
import { connect } from './db/connect.ts';
import { createPlaygroundHistory } from './db/playground-history.ts';
import { jobs as jobRows } from './db/schema/schema.ts';
import { createLog } from './log.ts';
import { createCatalogue } from './photogpt/models/catalogue.ts';
import { createLeanSend } from './photogpt/wire/lean-send.ts';
import { createPlayground } from './platforms/playground/playground.ts';
import { waitForStopSignal } from './process/signals.ts';
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
 * How many times faster than PhotoGPT everything goes: on the page slowly enough to watch it being made, for one call
 * quickly enough to wait for.
 */
const usualSpeed = { page: '6', once: '30' };

/** The flags as values. Throws an Error with a sentence for the first that does not fit. */
function readFlags() {
  const { port, ...given } = parseArgs({ options: flags }).values;
  const speed = given.speed ?? usualSpeed[given.once === undefined ? 'page' : 'once'];
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new Error(`--port goes from 0 to 65535, not ${port}.`);
  if (!(Number(speed) > 0)) throw new Error(`--speed is a number above 0, not ${speed}.`);
  return { ...given, port: Number(port), speed: Number(speed) };
}

type Flags = ReturnType<typeof readFlags>;

/** The catalogue of a world in which everything takes less time, so that the usual times shown are the sandbox's. */
function hastened(speed: number) {
  const { models } = createCatalogue();
  return createCatalogue({
    models: models.map(({ id, usualSeconds }) => ({ id, usualSeconds: usualSeconds / speed })),
  });
}

async function demo(): Promise<number> {
  tuneHeap();
  const given = readFlags();
  if (given.once === undefined) return run(given, given.data);
  const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-'));
  try {
    return await run(given, folder);
  } finally {
    // What was asked for stays; how it came about does not.
    for (const part of ['database', 'media']) await rm(join(folder, part), { recursive: true, force: true });
    // Where nothing came of it, the folder is empty.
    await rmdir(folder).catch(() => {});
  }
}

async function run({ once, port, speed, log: level }: Flags, folder: string): Promise<number> {
  // Standard output carries the answer of `--once`, so the log goes beside it.
  // A refused prompt is told as the reason; a warning about it beside that would say the same again.
  const log = createLog(level ?? (once === undefined ? 'warn' : 'error'), 2);
  const sandbox = createSandbox({ clock, log, speed, keys: [{ key, credits: 1_000_000 }] });
  await sandbox.start();
  const db = await connect({ folder: join(folder, 'database') }, log.child({}, { level: 'error' }));
  const history = createPlaygroundHistory(db);
  const playground = createPlayground({ history, clock, log, port: once === undefined ? port : 0 });
  const { app, pipeline, close } = createApp({
    photogpt: { key, url: sandbox.url, exclusive: true },
    catalogue: hastened(speed),
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
    if (once === undefined) {
      process.stdout.write(
        `\n  The playground is open at ${playground.url()}\n  Try: /imagine a lighthouse at dusk\n\n`,
      );
      await waitForStopSignal();
      return 0;
    }
    const jobs = async () =>
      (await db.orm.select().from(jobRows)).map(({ id, state, operation, model }) => ({ id, state, operation, model }));
    const results = join(folder, 'results');
    return await runOnce({ line: once, url: playground.url(), folder: results, jobs, clock, fetch: globalThis.fetch });
  } finally {
    await playground.stop();
    await pipeline.stop();
    await sandbox.stop();
    await close();
    await db.close();
  }
}

demo().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  },
);
