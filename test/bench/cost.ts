/** Measures the cost of one bot with work in flight while more arrives: processor, memory, answers, messages. */
import { setTimeout as rest } from 'node:timers/promises';
import type { Kind } from './arrivals.ts';
import type { Setting } from './figure.ts';
import { openStage, type Stage } from './stage.ts';
import type { Load, Loaded, Usage } from './worker.ts';

/** The measured cost. */
export type Cost = {
  inFlight: number;
  perSecond: number;
  seconds: number;
  /** Fractions of one core. `postgres` is undefined when its processes cannot be seen. */
  ours: number;
  postgres: number | undefined;
  /** Bytes. */
  heap: number;
  rss: number;
  /** Jobs whose message was posted, and calls that became jobs, both during the measured seconds. */
  finished: number;
  arrived: number;
  ack: Loaded;
  delay: Awaited<ReturnType<Stage['delays']>>;
  callsPerSecond: number;
  loopP99: number;
};

/** A measurement: `warm` and then `seconds` of calls, `perSecond` of them each second. Only `seconds` are measured. */
export type Wish = {
  inFlight: number;
  kinds: Kind[];
  perSecond: number;
  warm: number;
  seconds: number;
  lanes?: number;
};

/** Measures on the Postgres server of the setting. Throws an Error without one. */
export async function costOf({ server, seed }: Setting, wish: Wish): Promise<Cost> {
  const { inFlight, kinds, seconds, warm, perSecond, lanes } = wish;
  const stage = await openStage({ server, seed, inFlight, kinds, lanes });
  try {
    const { database } = stage;
    const [bot] = stage.workers;
    if (!bot || !database) throw new Error('this figure needs a Postgres server');
    await bot.ask('load', { perSecond, seconds: warm, event: 'warm' } satisfies Load);
    await stage.delays();
    const heap = (await bot.ask<Usage>('usage', { collect: true })).heap;
    const before = await bot.ask<Usage>('usage');
    const base = await database.cpu();
    const began = Date.now();
    const loading = bot.ask<Loaded>('load', { perSecond, seconds, event: 'more' } satisfies Load);
    for (let second = 0; second < seconds; second += 2) {
      await rest(2_000);
      await database.cpu();
    }
    const ack = await loading;
    const after = await bot.ask<Usage>('usage');
    const end = await database.cpu();
    const wall = (Date.now() - began) / 1000;
    const calls = await stage.calls(began, Date.now());
    return {
      inFlight,
      perSecond,
      heap,
      ack,
      seconds: wall,
      ours: (after.cpu - before.cpu) / wall,
      postgres: base === undefined || end === undefined ? undefined : (end - base) / wall,
      rss: after.rss,
      finished: after.posts - before.posts,
      arrived: ack.count,
      delay: await stage.delays(),
      callsPerSecond: (calls.list + calls.job) / calls.seconds,
      loopP99: after.loopP99,
    };
  } finally {
    await stage.close();
  }
}
