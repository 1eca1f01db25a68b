/**
 * Starts the bot as the Dockerfile does, without a container engine: production dependencies only, Node 24, no tsx.
 *
 * Copies what the Dockerfile copies, installs what it installs, runs its command against the sandbox and a fake Discord, waits
 * until the bot is ready, and asks it to stop. Exits with 0 when the bot was ready and ended by itself.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { systemClock } from '../src/concurrency/clock.ts';
import { createSandbox } from '../src/sandbox/server.ts';
import { botToken, openFake } from './platforms/discord/fake-discord.ts';
import { freePort } from './platforms/slack/free-port.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

/** Time limits in milliseconds: for npm, for the first start with an empty database, and for the stop. */
const installMs = 240_000;
const readyMs = 90_000;
const stopMs = 20_000;

/** The parts of the tree that the Dockerfile copies. */
const copied = ['package.json', 'package-lock.json', '.npmrc', 'LICENSE', 'migrations', 'src'];

const key = 'key-of-the-container-test';

/** The package that ships Node's own binary for this machine, without an install script. */
const nodePackage = `node-${process.platform}-${process.arch}`;

/** Copies and installs into `folder`. Returns the path of a Node 24. */
async function install(folder: string): Promise<string> {
  const app = join(folder, 'app');
  for (const part of copied) await cp(join(root, part), join(app, part), { recursive: true });
  const npm = (...args: string[]) => run('npm', [...args, '--no-audit', '--no-fund'], { cwd: app, timeout: installMs });
  await npm('ci', '--omit=dev');
  await npm('install', '--ignore-scripts', '--prefix', join(folder, 'node'), `${nodePackage}@24`);
  if (await isThere(join(app, 'node_modules/vitest'))) throw new Error('npm ci brought development dependencies');
  return join(folder, 'node/node_modules', nodePackage, 'bin/node');
}

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Resolves when the bot says that it is ready. Rejects when it ends before that or takes too long. */
async function ready(child: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + readyMs;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the bot ended with ${child.exitCode} before it was ready`);
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`the bot was not ready after ${readyMs / 1_000} s`);
}

/** Asks the bot to stop. Resolves with its exit code. */
async function stop(child: ChildProcess): Promise<number | null> {
  const ended = once(child, 'exit', { signal: AbortSignal.timeout(stopMs) });
  child.kill('SIGTERM');
  const [code] = await ended;
  return code;
}

const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-container-'));
const discord = await openFake(systemClock);
const sandbox = createSandbox({ clock: systemClock, mode: 'strict', keys: [{ key, credits: 0 }], port: 0 });
let child: ChildProcess | undefined;
try {
  await sandbox.start();
  const node = await install(folder);
  const { stdout: version } = await run(node, ['--version']);
  const port = await freePort();
  // The command and the variables of the Dockerfile, and the least that an operator has to set.
  child = spawn(node, ['src/main.ts'], {
    cwd: join(folder, 'app'),
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: join(folder, 'data'),
      PHOTOGPT_API_KEY: key,
      PHOTOGPT_API_URL: sandbox.url,
      DISCORD_TOKEN: botToken,
      DISCORD_API_URL: discord.apiUrl,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await ready(child, `http://127.0.0.1:${port}/readyz`);
  const code = await stop(child);
  if (code !== 0) throw new Error(`the bot ended with ${code} when it was asked to stop`);
  process.stdout.write(`ready and stopped under ${version.trim()}, without development dependencies\n`);
} finally {
  if (child && child.exitCode === null) child.kill('SIGKILL');
  await discord.close();
  await sandbox.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
