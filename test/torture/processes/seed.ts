/**
 * One seed: people ask, replicas die, PhotoGPT and chats fail, the server is killed. Then all goes quiet, and the judge
 * reads the ledgers.
 */
import { appendFile, readFile } from 'node:fs/promises';
import { setTimeout as rest } from 'node:timers/promises';
import type { Ground } from './ground.ts';
import type { Judgement } from './judge.ts';
import { createMishaps } from './mishaps.ts';
import { createSchedule } from './schedule.ts';
import { createSlots, type Tally } from './slots.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

/** The outcome of a seed. `settled` is the time until everything had an end, in milliseconds. */
export type SeedResult = Judgement & Tally & { seed: number; calls: number; outages: number; settled: number };

/**
 * Settings of a seed. With a `tour`, there is one kill at each of its points and no other fault. `embed`: see
 * `openWorld`.
 */
export type SeedOptions = Pick<WorldOptions, 'key' | 'embed'> & {
  seed: number;
  kills: number;
  tour?: readonly string[];
  log(line: string): void;
};

/** Time in which everything must end after the last fault, by the clock on the wall. */
const settleTimeoutMs = 90_000;
/** Calls that may wait at a time. On a tour, a few reach every point. */
const maxWaiting = 15;
const maxWaitingOnTour = 3;
/** Kills of replicas between two kills of the server. */
const killsPerOutage = 12;
/** Time for each kill, after which a seed ends without the rest of them. */
const timeoutPerKillMs = 6_000;

/** Runs the seed, and leaves nothing behind. */
export async function runSeed(
  ground: Ground,
  { seed, kills, key, embed, tour, log }: SeedOptions,
): Promise<SeedResult> {
  const hasSlack = seed % 2 === 0 && !tour;
  const schedule = createSchedule(seed, { hasSlack, tour });
  const world = await openWorld(ground, { name: `torture_${process.pid}_${seed}`, key, hasSlack, embed });
  const tally: Tally = { kills: 0, pauses: 0, stops: 0, starts: 0, points: new Map(), troubles: [] };
  const deadline = Date.now() + 60_000 + kills * timeoutPerKillMs;
  const isOver = () => tally.kills >= kills || Date.now() > deadline;
  const slots = createSlots({ world, schedule, tally, speed: ground.speed, isOver });
  // An embedded database has one process. On a tour, no other replica may do the work that reaches the next point.
  const count = world.database && !tour ? 3 : 1;
  let outages = 0;

  async function asking(): Promise<void> {
    while (!isOver()) {
      const wish = schedule.wish();
      while (slots.awake() === 0 && !isOver()) await rest(20);
      if (world.waiting() < (tour ? maxWaitingOnTour : maxWaiting)) world.people.ask(wish);
      await rest(wish.pause);
    }
  }

  async function failing(): Promise<void> {
    const happen = createMishaps({
      discord: world.discord,
      slack: world.slack,
      key,
      tell: (rule) => void ground.rule(key, rule).catch(() => undefined),
    });
    while (!isOver()) {
      const mishap = schedule.mishap();
      happen(mishap);
      await rest(mishap.pause);
    }
  }

  async function killingTheServer(): Promise<void> {
    for (let next = killsPerOutage; ground.cluster && !isOver(); await rest(50)) {
      if (tally.kills < next) continue;
      const { signal, down } = schedule.outage();
      outages += 1;
      tally.kills += 1;
      next = tally.kills + killsPerOutage;
      await ground.cluster.kill(signal, down);
    }
  }

  try {
    const living = Array.from({ length: count }, (_, slot) => slots.live(slot));
    await Promise.all([...living, asking(), ...(tour ? [] : [failing(), killingTheServer()])]);
    for (const faults of [world.discord.faults, world.slack?.faults]) if (faults) faults.length = 0;
    const calm = await Promise.all(Array.from({ length: Math.min(2, count) }, (_, slot) => slots.calm(slot)));
    if (calm.includes(undefined)) tally.troubles.push('a replica did not come up in the end');
    const quietSince = Date.now();
    while (Date.now() - quietSince < settleTimeoutMs && !(await world.isSettled())) await rest(300);
    const settled = Date.now() - quietSince;
    // A second answer would come about now.
    await rest(1_000);
    await slots.stop();
    const judgement = await world.judge();
    const left = await world.openRows();
    if (left) tally.troubles.push(`${left} rows are not at their end`);
    for (const violation of new Set(world.discord.violations))
      tally.troubles.push(`against Discord's rules: ${violation}`);
    if (judgement.accepted === 0) tally.troubles.push('not one call was accepted');
    await logStories(world, judgement, log);
    return { ...judgement, ...tally, seed, calls: world.people.calls.length, outages, settled };
  } finally {
    await slots.clear();
    await world.close();
  }
}

/** Logs everything that is known about calls that went wrong. */
async function logStories(world: World, { stories }: Judgement, log: (line: string) => void): Promise<void> {
  for (const { prompt, fault, what } of stories.slice(0, 10)) {
    log(`${fault}: “${prompt}” ${what}`);
    const { seen } = await world.sketch();
    for (const one of seen.filter(({ text }) => text.includes(prompt)))
      log(
        `  ${one.channel}/${one.id} for ${one.reader ?? 'all'}, ${one.files.length} files, buttons ${one.buttons.join(' ')}`,
      );
    for (const { method, path, status, body, files } of world.discord.world.ledger) {
      const text = JSON.stringify(body) ?? '';
      const words = /"content":"([^"]{0,60})/.exec(text)?.[1];
      if (text.includes(prompt)) log(`  ${status} ${method} …${path.slice(-25)}, ${files.length} files: ${words}`);
    }
  }
  const keep = process.env.TORTURE_LOG;
  if (!keep) return;
  for (let slot = 0; slot < 3; slot += 1)
    await appendFile(`${keep}-${slot}`, await readFile(world.logFile(slot)).catch(() => ''));
}
