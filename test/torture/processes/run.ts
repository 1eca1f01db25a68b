/** Level 3 of the torture: kills and freezes real processes of the bot, and kills a real database server. */
import { type Order, sum, type Verdict } from '../verdict.ts';
import { openGround } from './ground.ts';
import { runSeed, type SeedResult } from './seed.ts';
import { speed } from './speed.ts';

/** Kills of replicas in a seed, by default. */
const killsPerSeed = 25;

/** Runs the seeds one after another. `kills` are of all seeds together. Rejects when the ground cannot be opened. */
export async function runProcesses({ seeds, from, kills = seeds * killsPerSeed, log }: Order): Promise<Verdict> {
  const keys = Array.from({ length: seeds }, (_, index) => `key-of-seed-${from + index}`);
  const ground = await openGround({ keys, speed });
  if (!ground.cluster)
    log(
      ground.server
        ? 'the programs of a Postgres server were not found: the given server is used, and not killed'
        : 'no Postgres server: one process at a time, with an embedded database',
    );
  const results: SeedResult[] = [];
  const began = Date.now();
  try {
    for (const [index, key] of keys.entries()) {
      const result = await runSeed(ground, { seed: from + index, kills: Math.ceil(kills / seeds), key, log });
      results.push(result);
      log(lineOf(result, Date.now() - began));
      for (const trouble of result.troubles) log(`  ${trouble}`);
    }
  } finally {
    await ground.close();
  }
  const reached = pointsOf(results);
  log(`points at which a replica ended: ${reached.map(([name, count]) => `${name} ${count}`).join(', ')}`);
  return sum(3, results.map(partOf));
}

function partOf(result: SeedResult): Omit<Verdict, 'level'> {
  const { seed, calls: commands, kills, lost, twice, wrongPerson, paidTwice, cannotTell, troubles } = result;
  const isBad = lost + twice + wrongPerson + paidTwice + troubles.length > 0;
  return {
    seeds: 1,
    commands,
    kills,
    lost,
    twice,
    wrongPerson,
    paidTwice,
    cannotTell,
    failingSeeds: isBad ? [seed] : [],
  };
}

function lineOf(result: SeedResult, elapsed: number): string {
  const { seed, calls, accepted, unanswered, kills, outages, pauses, stops, starts, failures, leftovers, settled } =
    result;
  return [
    `seed ${seed} after ${Math.round(elapsed / 1000)} s:`,
    `${calls} calls, ${accepted} accepted, ${unanswered} never answered, ${failures} failed honestly, ${leftovers} leftovers,`,
    `${kills} kills (${outages} of the server), ${pauses} pauses, ${stops} orderly stops, ${starts} starts,`,
    `settled in ${(settled / 1000).toFixed(1)} s`,
  ].join(' ');
}

function pointsOf(results: readonly SeedResult[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { points } of results)
    for (const [name, count] of points) counts.set(name, (counts.get(name) ?? 0) + count);
  return [...counts].sort(([a], [b]) => a.localeCompare(b));
}
