import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { expect, inject, it, onTestFinished } from 'vitest';
import { createSandbox } from '../../src/sandbox/server.ts';
import { createVisitor } from '../platforms/playground/visitor.ts';
import { createFastClock } from './fast-clock.ts';

const key = 'key-of-the-mortal';
/** The bot's own leases and graces hold: a minute of them takes three seconds here. */
const speed = 20;
const channel = 'make-pictures';
const patience = { timeout: 20_000, interval: 25 };

/** A process of the bot that is up. `kill` ends it the way a power cut would. */
async function start(folder: string, url: string, began: number) {
  const script = fileURLToPath(new URL('./mortal-bot.ts', import.meta.url));
  const given = Object.entries({ folder, url, key, began, speed }).map(([name, value]) => `--${name}=${value}`);
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', script, ...given], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-5_000);
  });
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'close');
    child.kill('SIGKILL');
    await gone;
  };
  onTestFinished(kill);
  if (!child.stdout) throw new Error('the process has no output');
  const lines = createInterface(child.stdout);
  const address = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    once(child, 'close').then(() => {
      throw new Error(`the bot did not start: ${complaints}`);
    }),
  ]);
  return { address, kill, complaints: () => complaints };
}

/** A folder with the run's template database in it, where the template is a file: building one takes long. */
async function prepared(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-mortal-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const template = inject('template');
  if (template.engine === 'embedded') {
    const loadDataDir = new Blob([new Uint8Array(await readFile(template.file))]);
    const client = await PGlite.create({ dataDir: join(folder, 'database'), loadDataDir });
    await client.close();
  }
  return folder;
}

it('every call that was accepted ends in one result and one paid job, whenever the bot is killed', {
  timeout: 90_000,
}, async () => {
  const began = Date.now();
  const clock = createFastClock(began, speed);
  const sandbox = createSandbox({
    clock,
    keys: [{ key, credits: 10_000 }],
    guesses: { smallestSide: 64, largestSide: 128, drawsAhead: false, framesPerSecond: 2 },
  });
  await sandbox.start();
  onTestFinished(() => sandbox.stop());
  const { ledger, faults } = sandbox;
  const called = (operation: string) => ledger.requests()[operation]?.calls ?? 0;
  const holding = (operation: 'generateImage' | 'media', effect: boolean) =>
    faults.add({ match: { operation }, fault: { answer: 'hang', effect }, times: 1 });

  const folder = await prepared();
  let bot = await start(folder, sandbox.url, began);
  const visitor = () => createVisitor(bot.address, 'ada');
  /** Kills the bot at the moment when `what` has happened, and starts it anew. */
  async function killedWhen(what: () => boolean) {
    await expect.poll(what, patience).toBe(true);
    await bot.kill();
    bot = await start(folder, sandbox.url, began);
  }
  /** A call counts as accepted once its message stands for a job. */
  async function ask(line: string, quote: string) {
    const response = await visitor().call(channel, { line });
    expect(response.ok, await response.text()).toBe(true);
    const accepted = async () => (await visitor().read(channel)).some(({ message }) => message?.quote === quote);
    await expect.poll(accepted, patience).toBe(true);
  }

  // While one is being sent, and never arrives; the others wait behind it in the queue.
  holding('generateImage', false);
  await ask('/imagine a red boat', 'a red boat');
  await ask('/imagine a blue boat', 'a blue boat');
  await ask('/video waves at night', 'waves at night');
  await killedWhen(() => called('generateImage') === 1);
  expect(ledger.jobs()).toEqual([]);

  // After PhotoGPT has taken it, before anybody was told.
  holding('generateImage', true);
  await killedWhen(() => ledger.jobs().length === 1);

  // While a result is on its way to the disk, to be posted, and the video runs.
  holding('media', false);
  await killedWhen(() => called('media') === 1 && ledger.jobs().some(({ kind }) => kind === 'video'));

  // While PhotoGPT makes a file of the video.
  await killedWhen(() => called('createVideoDownload') === 1);

  const results = async () =>
    (await visitor().read(channel)).flatMap(({ message }) => (message?.media?.length ? [message.quote] : []));
  await expect.poll(async () => (await results()).length, patience).toBe(3);
  expect((await results()).sort()).toEqual(['a blue boat', 'a red boat', 'waves at night']);
  expect(
    ledger
      .jobs()
      .map(({ prompt }) => prompt)
      .sort(),
  ).toEqual(['a blue boat', 'a red boat', 'waves at night']);
  const said = (await visitor().read(channel)).flatMap(({ message }) => message?.tone ?? []);
  expect(said).not.toContain('working');
  expect(called('createVideoDownload')).toBe(1);
});
