/** Scenarios of shutdown and upgrade with real processes. Each returns figures. */
import { setTimeout as rest } from 'node:timers/promises';
import { waitFor } from '../../platforms/wait-for.ts';
import { type Child, startChild } from './child.ts';
import { openCrowd } from './crowd.ts';
import type { Ground } from './ground.ts';
import type { Judgement } from './judge.ts';
import { nextRelease, type Release } from './release.ts';
import { openWorld, type World } from './world.ts';

/**
 * Figures of a scenario. `codes` are the exit codes of the stopped processes. `stopping` is the time of the slowest, in
 * milliseconds.
 */
export type Outcome = Judgement & { calls: number; codes: (number | string)[]; stopping: number };

/** Time limit of starting, stopping and finishing. */
const stepTimeoutMs = 60_000;
const silent = () => {};

async function up(child: Child): Promise<Child> {
  const ready = await Promise.race([child.said('ready'), rest(stepTimeoutMs, undefined, { ref: false })]);
  if (ready === undefined) throw new Error('a replica did not start');
  return child;
}

/** Asks a process to stop. Resolves with its exit code, and the milliseconds that it took. */
async function stop(child: Child): Promise<{ code: number | string; took: number }> {
  const began = performance.now();
  child.signal('SIGTERM');
  const code = (await Promise.race([child.ended, rest(stepTimeoutMs, undefined, { ref: false })])) ?? 'never';
  return { code, took: performance.now() - began };
}

async function finish(world: World): Promise<void> {
  await waitFor(async () => ((await world.isSettled()) ? true : undefined), stepTimeoutMs);
}

/** Opens a world for `work`. Its processes are gone afterwards. */
async function inWorld<T>(
  ground: Ground,
  name: string,
  work: (world: World, start: (slot: number, release?: Release) => Promise<Child>) => Promise<T>,
  speed = ground.speed,
): Promise<T> {
  const key = `key-of-${name}`;
  const world = await openWorld(ground, { name: `torture_${process.pid}_${name}`, key, hasSlack: false, speed });
  const children: Child[] = [];
  try {
    return await work(world, (slot, release) => {
      const child = world.start(slot, {}, silent, release);
      children.push(child);
      return up(child);
    });
  } finally {
    await Promise.all(children.map((child) => child.kill()));
    await world.close();
  }
}

/** The keys that the sandbox must know. */
export const scenarioKeys = ['rolling', 'migration', 'sigterm', 'twice'].map((name) => `key-of-${name}`);

/**
 * Replaces two replicas by new ones, one after the other, while people ask. `gap` is the longest time without an
 * answer.
 */
export const rolling = (ground: Ground): Promise<Outcome & { gap: number }> =>
  inWorld(ground, 'rolling', async (world, start) => {
    const old = await Promise.all([start(0), start(1)]);
    const crowd = openCrowd(world, { seed: 1, everyMs: 200 });
    const ends: { code: number | string; took: number }[] = [];
    await rest(500);
    for (const [slot, child] of old.entries()) {
      await start(2 + slot);
      ends.push(await stop(child));
    }
    await rest(500);
    const gap = await crowd.end();
    await finish(world);
    return { ...(await outcomeOf(world, ends)), gap };
  });

const additions = [
  'alter table jobs add column torture_note text',
  'create index jobs_torture_note on jobs (torture_note) where torture_note is not null',
  'create table torture_notes (id bigint primary key generated always as identity, note text not null)',
];

/**
 * Starts two replicas of a version with one migration more at one moment, while one of the old version works under
 * load. In the end only the new ones are left, and an old one starts once more. `applied` counts the migrations before
 * and after.
 */
export const migration = (ground: Ground): Promise<Outcome & { applied: [number, number]; isOldUp: boolean }> =>
  inWorld(ground, 'migration', async (world, start) => {
    const release = await nextRelease(ground.release, additions);
    try {
      const old = [await start(0)];
      const before = await world.migrations();
      const crowd = openCrowd(world, { seed: 2, everyMs: 400 });
      await rest(500);
      await Promise.all([start(2, release), start(3, release)]);
      await rest(700);
      const ends = await Promise.all(old.map(stop));
      await rest(500);
      await crowd.end();
      const again = await start(0);
      await finish(world);
      return {
        ...(await outcomeOf(world, ends)),
        applied: [before, await world.migrations()],
        isOldUp: again.isAlive(),
      };
    } finally {
      await release.remove();
    }
  });

/** Starts the real `main.ts` on its real clock. */
function startMain(ground: Ground, world: World): Child {
  const orders = world.orders(0);
  const env: Record<string, string> = {
    PHOTOGPT_API_KEY: world.key,
    PHOTOGPT_API_URL: orders.photogpt.url,
    PHOTOGPT_KEY_EXCLUSIVE: 'true',
    DISCORD_TOKEN: orders.discord?.token ?? '',
    DISCORD_API_URL: orders.discord?.apiUrl ?? '',
    DATA_DIR: orders.folder,
    PORT: '0',
    MAX_OPEN_JOBS: '1000',
    ...(orders.database ? { DATABASE_URL: orders.database } : {}),
  };
  return startChild({ args: [ground.release.main], env, cwd: ground.release.folder, logFile: world.logFile(0) });
}

const isUp = (world: World) => waitFor(() => (world.discord.connected() > 0 ? true : undefined), stepTimeoutMs);

/**
 * Stops the real program in the middle of a paid request, with calls that wait and calls that come in. The next process
 * finishes the rest at once: no lease has to expire first.
 */
export const sigterm = (ground: Ground): Promise<Outcome> =>
  inWorld(
    ground,
    'sigterm',
    async (world, start) => {
      const main = startMain(ground, world);
      try {
        await isUp(world);
        await ground.rule(world.key, {
          match: { operation: 'generateImage', key: world.key },
          fault: { latency: 1_500 * ground.speed },
          times: 1,
        });
        const crowd = openCrowd(world, { seed: 3, everyMs: 100 });
        await waitFor(async () => ((await world.asked('generateImage')) > 0 ? true : undefined), stepTimeoutMs);
        await rest(300);
        const stopping = stop(main);
        await crowd.end();
        const end = await stopping;
        await start(0);
        await finish(world);
        return await outcomeOf(world, [end]);
      } finally {
        await main.kill();
      }
    },
    1,
  );

/** Asks the real program twice to stop, while a paid request hangs. Returns the milliseconds that it lived on. */
export const twice = (ground: Ground): Promise<{ code: number | string; took: number }> =>
  inWorld(ground, 'twice', async (world) => {
    const main = startMain(ground, world);
    try {
      await isUp(world);
      const hang = { match: { operation: 'generateImage', key: world.key }, fault: { answer: 'hang' }, times: 1 };
      await ground.rule(world.key, hang);
      const crowd = openCrowd(world, { seed: 4, everyMs: 200 });
      await waitFor(async () => ((await world.asked('generateImage')) > 0 ? true : undefined), stepTimeoutMs);
      await crowd.end();
      main.signal('SIGTERM');
      await rest(500);
      if (!main.isAlive()) throw new Error('it did not wait for the paid request');
      return await stop(main);
    } finally {
      await main.kill();
    }
  });

async function outcomeOf(world: World, ends: { code: number | string; took: number }[]): Promise<Outcome> {
  return {
    ...(await world.judge()),
    calls: world.people.calls.length,
    codes: ends.map(({ code }) => code),
    stopping: Math.round(Math.max(...ends.map(({ took }) => took))),
  };
}
