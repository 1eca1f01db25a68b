/** What it costs to have work in flight: processor and memory for us and for Postgres, from ten jobs to a hundred thousand. */
import { setTimeout as rest } from 'node:timers/promises';
import { type Kind, meanOf, mixed } from './arrivals.ts';
import type { Figure, Group, Setting } from './figure.ts';
import { openStage, type Stage } from './stage.ts';
import type { Load, Loaded, Usage } from './worker.ts';

/**
 * By Little's law, a hundred thousand in flight with about ten arrivals a second live about three hours each; with
 * medians of 80 minutes, 20 of a hundred thousand end each second.
 */
const longLived: Kind[] = [{ model: 'gpt-image-2', share: 1, median: 4_800 }];

type Cost = {
  inFlight: number;
  seconds: number;
  /** Shares of one core; `postgres` is undefined where its processes cannot be seen. */
  ours: number;
  postgres: number | undefined;
  heap: number;
  rss: number;
  finished: number;
  ack: Loaded;
  delay: Awaited<ReturnType<Stage['delays']>>;
  callsPerSecond: number;
  loopP99: number;
};

type Wish = { inFlight: number; kinds: Kind[]; seconds: number; warm: number; perSecond: number };

/** Runs one bot on a Postgres server with so much in flight, while more arrives, and says what it cost. */
async function costOf({ server, seed }: Setting, wish: Wish): Promise<Cost> {
  const { inFlight, kinds, seconds, warm, perSecond } = wish;
  const stage = await openStage({ server, seed, inFlight, kinds });
  try {
    const { database } = stage;
    const [bot] = stage.workers;
    if (!bot || !database) throw new Error('this figure needs a Postgres server');
    await bot.ask('load', { perSecond, seconds: warm, event: 'warm' } satisfies Load);
    await stage.delays();
    const heap = (await bot.ask<Usage>('usage', { collect: true })).heap;
    const [before, base] = [await bot.ask<Usage>('usage'), await database.cpu()];
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
      seconds: wall,
      ours: (after.cpu - before.cpu) / wall,
      postgres: base === undefined || end === undefined ? undefined : (end - base) / wall,
      heap,
      rss: after.rss,
      finished: after.posts - before.posts,
      ack,
      delay: await stage.delays(),
      callsPerSecond: (calls.list + calls.job) / wall,
      loopP99: after.loopP99,
    };
  } finally {
    await stage.close();
  }
}

export async function inflight(setting: Setting): Promise<Group> {
  const { quick, server, say } = setting;
  const targets = {
    cpu: { name: 'CPU with 100,000 in flight, our process', unit: '% of a core', target: { atMost: 30 } },
    postgres: { name: 'CPU with 100,000 in flight, Postgres', unit: '% of a core' },
    heap: { name: 'heap per job in flight', unit: 'KB', target: { atMost: 0.5 } },
    ack: { name: 'acknowledgement p99 with 100,000 in flight, 10/s', unit: 'ms', target: { atMost: 50 } },
    job: { name: 'CPU per finished job without media, with Postgres', unit: 'ms', target: { atMost: 2 } },
  } satisfies Record<string, Figure>;
  if (!server) {
    return {
      figures: Object.values(targets).map((figure) => ({ ...figure, skipped: 'no Postgres server' })),
      runs: [],
    };
  }

  const sizes = quick ? [10, 10_000] : [10, 100, 1_000, 10_000, 100_000];
  const costs: Cost[] = [];
  for (const inFlight of sizes) {
    say(`${inFlight} in flight on Postgres`);
    const [seconds, warm] = quick ? [6, 4] : [20, inFlight > 10_000 ? 15 : 5];
    costs.push(await costOf(setting, { inFlight, kinds: longLived, seconds, warm, perSecond: 10 }));
  }
  const [smallest, largest] = [costs[0], costs.at(-1)];
  if (!smallest || !largest) throw new Error('nothing was measured');
  const size = largest.inFlight.toLocaleString('en');
  const named = <F extends Figure>(figure: F) => ({ ...figure, name: figure.name.replace('100,000', size) });

  say('1,000 mixed jobs in flight, as many arriving as ending');
  const perSecond = Math.round((quick ? 300 : 1_000) / meanOf(mixed));
  const busy = await costOf(setting, {
    ...{ inFlight: quick ? 300 : 1_000, kinds: mixed, perSecond },
    ...(quick ? { seconds: 8, warm: 4 } : { seconds: 40, warm: 60 }),
  });
  const perJob = (share: number) => (1000 * share * busy.seconds) / Math.max(1, busy.finished);

  const line = (name: string, y: (cost: Cost) => number | undefined) => ({
    name,
    points: costs.flatMap((cost): [number, number][] => {
      const value = y(cost);
      return value ? [[cost.inFlight, value]] : [];
    }),
  });
  const percent = (share: number | undefined) => (share === undefined ? undefined : 100 * share);
  const readable = largest.postgres !== undefined;
  return {
    figures: [
      { ...named(targets.cpu), ours: 100 * largest.ours },
      { ...named(targets.postgres), ours: percent(largest.postgres), skipped: readable ? undefined : 'cannot be read' },
      {
        ...targets.heap,
        ours: Math.max(0, largest.heap - smallest.heap) / (largest.inFlight - smallest.inFlight) / 1024,
      },
      { ...named(targets.ack), ours: largest.ack.p99 },
      {
        ...targets.job,
        ours: perJob(busy.ours + (busy.postgres ?? 0)),
        skipped: readable ? undefined : 'Postgres cannot be read, only our process counts',
      },
    ],
    runs: { costs, busy: { ...busy, ourMs: perJob(busy.ours), postgresMs: perJob(busy.postgres ?? 0) } },
    plots: [
      {
        file: 'in-flight.svg',
        title: 'What jobs in flight cost, with 10 more arriving each second',
        x: 'jobs in flight',
        y: '% of a core · ms · MB',
        series: [
          line('our process, % of a core', (cost) => percent(cost.ours)),
          line('Postgres, % of a core', (cost) => percent(cost.postgres)),
          line('acknowledgement p99, ms', (cost) => cost.ack.p99),
          line('heap, MB', (cost) => cost.heap / 1024 ** 2),
        ],
      },
    ],
  };
}
