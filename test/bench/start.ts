/** Measures the time from the start of a process to a ready bot, and to a demo whose page opens. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/concurrency/clock.ts';
import { botToken, openFake } from '../platforms/discord/fake-discord.ts';
import { stillGoing, undoneWhenBrokenOff } from './broken-off.ts';
import { key, openBenchDatabase } from './databases.ts';
import type { Figure, Group, Setting } from './figure.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Time limit of a start, after which it counts as broken. */
const startTimeoutMs = 90_000;

type Environment = Record<string, string>;
/**
 * The signal that ends a process. SIGTERM leaves its files in order. SIGKILL is for processes whose files are not used
 * again.
 */
type EndSignal = 'SIGTERM' | 'SIGKILL';

/** Returns a free port. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

type Wish = { url: string; command: string[]; cwd: string; env: Environment; endSignal?: EndSignal };

/** Starts `command`, and returns the seconds until `url` answers with 200. Ends the process then. */
async function secondsTo({ url, command, cwd, env, endSignal = 'SIGTERM' }: Wish): Promise<number> {
  stillGoing();
  const began = performance.now();
  const [file = '', ...args] = command;
  const child: ChildProcess = spawn(file, args, {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  // npm starts a shell that starts node. They are one process group.
  const end = (signal: EndSignal) => child.exitCode === null && child.pid && process.kill(-child.pid, signal);
  const isEnded = undoneWhenBrokenOff(() => end('SIGKILL'));
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-2_000);
  });
  try {
    while (performance.now() - began < startTimeoutMs) {
      if (child.exitCode !== null) throw new Error(`it ended while starting: ${complaints}`);
      const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
      if (answer?.ok) return (performance.now() - began) / 1000;
      await rest(10);
    }
    throw new Error(`it was not ready in time: ${complaints}`);
  } finally {
    if (child.exitCode === null && child.pid) {
      const gone = once(child, 'exit');
      end(endSignal);
      await gone;
    }
    isEnded();
  }
}

const median = (values: number[]) => [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0;

/** Copies the tree without caches: no prepared database, and nothing compiled. */
async function untouched(folder: string): Promise<void> {
  for (const part of ['src', 'migrations', 'package.json', 'tsconfig.json']) {
    await cp(join(root, part), join(folder, part), { recursive: true });
  }
  await mkdir(join(folder, 'node_modules'));
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (name !== '.cache') await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
}

/** Measures. */
export async function start({ quick, server, say }: Setting): Promise<Group> {
  const times = quick ? 1 : 5;
  const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-bench-'));
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  const isRemoved = undoneWhenBrokenOff(remove);
  const fake = await openFake(systemClock);
  const runs: Record<string, number[]> = {};
  const figures: Figure[] = [];
  const note = (name: string, seconds: number[], target?: Figure['target']) => {
    runs[name] = seconds;
    figures.push({ name, unit: 's', ours: median(seconds), target });
  };
  const ready = async (env: Environment, endSignal?: EndSignal) => {
    const port = await freePort();
    const discord = { DISCORD_TOKEN: botToken, DISCORD_API_URL: fake.apiUrl };
    const settings = { PHOTOGPT_API_KEY: key, ...discord, PORT: String(port), LOG_LEVEL: 'error', ...env };
    // As `npm start`, without npm.
    const command = [process.execPath, '--import', 'tsx/esm', 'src/main.ts'];
    const url = `http://127.0.0.1:${port}/readyz`;
    return secondsTo({ url, command, cwd: root, env: settings, endSignal });
  };
  const open = async (cwd: string, data: string, env: Environment = {}) => {
    const port = await freePort();
    const command = ['npm', 'run', '-s', 'demo', '--', '--port', String(port), '--data', data];
    return secondsTo({ url: `http://127.0.0.1:${port}/`, command, cwd, env });
  };
  const repeated = async (work: (time: number) => Promise<number>) => {
    const seconds: number[] = [];
    for (let time = 0; time < times; time += 1) seconds.push(await work(time));
    return seconds;
  };

  // A whole stop takes two seconds.
  const last = quick ? 'SIGKILL' : 'SIGTERM';

  try {
    const onFiles = 'process start to ready, embedded database that exists';
    if (quick) figures.push({ name: onFiles, unit: 's', skipped: 'it takes ten seconds' });
    else {
      say(onFiles);
      const env = { DATA_DIR: join(folder, 'embedded') };
      await ready(env);
      note(onFiles, await repeated(() => ready(env)));
    }

    const onServer = 'process start to ready, Postgres, tables in place';
    if (server) {
      say(onServer);
      const database = await openBenchDatabase(server);
      try {
        const env = { DATABASE_URL: database.url, DATA_DIR: join(folder, 'server') };
        await ready(env, last);
        note(onServer, await repeated(() => ready(env, last)), { atMost: 1.5 });
      } finally {
        await database.drop();
      }
    } else figures.push({ name: onServer, unit: 's', target: { atMost: 1.5 }, skipped: 'no Postgres server' });

    say('the demo');
    note(
      'npm run demo to an open page, new data folder',
      await repeated((time) => open(root, join(folder, `demo-${time}`))),
    );
    const again = () => open(root, join(folder, 'demo-0'));
    note('npm run demo to an open page, warm', await repeated(again), { atMost: 5 });
    const never = 'npm run demo to an open page, never started before';
    if (quick) {
      figures.push({ name: never, unit: 's', skipped: 'it takes ten seconds' });
      return { figures, runs };
    }
    const cold = join(folder, 'cold');
    await mkdir(join(cold, 'tmp'), { recursive: true });
    await untouched(cold);
    note(never, [await open(cold, join(cold, 'data'), { TMPDIR: join(cold, 'tmp') })]);
  } finally {
    await fake.close();
    await remove();
    isRemoved();
  }
  return { figures, runs };
}
