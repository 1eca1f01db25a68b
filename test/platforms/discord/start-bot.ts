/** Starts the whole bot as a process between a fake Discord and a sandbox for PhotoGPT, for measurements. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../src/concurrency/clock.ts';
import { createSandbox } from '../../../src/sandbox/server.ts';
import { credentials } from '../../security/no-secrets.ts';
import { botToken, openFake } from './fake-discord.ts';

const key = credentials.keyOfMeasurements;

type Wish = {
  /** Address of a Postgres database. Without it, the bot uses its embedded one. */
  database?: string;
  /** How much faster the sandbox is than PhotoGPT. */
  speed?: number;
  /** Address from which the bot fetches results, if not from the sandbox itself. */
  resultsAt?: string;
};

/** Starts the three. `close` ends them and removes their files. Rejects with the bot's errors when it does not start. */
export async function startBot({ database, speed, resultsAt }: Wish = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-measured-'));
  const fake = await openFake(systemClock);
  const sandbox = createSandbox({
    clock: systemClock,
    keys: [{ key, credits: 1e9 }],
    guesses: { smallestSide: 64, largestSide: 64, drawsAhead: false, framesPerSecond: 2 },
    speed,
    publicUrl: resultsAt,
  });
  await sandbox.start();
  const given = {
    folder,
    photogpt: sandbox.url,
    key,
    discord: fake.apiUrl,
    token: botToken,
    ...(database ? { database } : {}),
  };
  const script = fileURLToPath(new URL('./bot-process.ts', import.meta.url));
  const args = Object.entries(given).map(([name, value]) => `--${name}=${value}`);
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk).slice(-5_000);
  });

  // A measurement may be interrupted, and `close` does not run then.
  const abandon = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', abandon);

  async function close(): Promise<void> {
    process.off('exit', abandon);
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    await sandbox.stop();
    await fake.close();
    await rm(folder, { recursive: true, force: true });
  }

  const started = await Promise.race([
    child.stdout ? once(child.stdout, 'data').then(() => true) : false,
    once(child, 'close').then(() => false),
  ]);
  if (!started) {
    await close();
    throw new Error(`the bot did not start: ${complaints}`);
  }
  return {
    fake,
    sandbox,
    close,
    complaints: () => complaints,
    /** Returns the largest memory that the process has had, in MB, as the operating system has recorded it. */
    async peak(): Promise<number> {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
    },
  };
}
