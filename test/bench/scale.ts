/**
 * Measures several bots on one database: the split of work, the takeover after a kill, and the requests with one key.
 */
import { setTimeout as rest } from 'node:timers/promises';
import type { Kind } from './arrivals.ts';
import type { Child } from './children.ts';
import type { Figure, Group, Setting } from './figure.ts';
import { type Calls, openStage, type Stage } from './stage.ts';
import type { Load, Loaded, Usage } from './worker.ts';

/** Short work, so that a few seconds have many ends. */
const kinds: Kind[] = [{ model: 'nanobanana-2', share: 1, median: 3 }];
/** Calls a second. */
const perSecond = 30;
/** Milliseconds that a message takes. Twelve are under way at a time then, half of one bot's limit. */
const postTakes = 400;

type Agents = { askedAt: Record<string, number>; submits: Record<string, number> };
type Shared = { workers: number; submits: number[]; posts: number[]; calls: Calls; perSecond: number; lost: number };

/** Requests a second for all bots together: a third of their demand. */
const apiRate = 15;

/** Returns the largest count over the smallest. 1 is even. */
const unevenness = (counts: number[]) => Math.max(...counts) / Math.max(1, Math.min(...counts));

/** Measures the split of work. One bot takes the calls and works on none. The others work. */
async function shared({ server, seed }: Setting, workers: number, seconds: number): Promise<Shared> {
  const stage = await openStage({
    server,
    seed,
    kinds,
    postTakes,
    bots: [false, ...Array.from({ length: workers }, () => true)],
  });
  try {
    const [gateway, ...others] = stage.workers;
    if (!gateway) throw new Error('there is no bot');
    const from = Date.now();
    const { lost } = await gateway.ask<Loaded>('load', { perSecond, seconds, event: `by-${workers}` } satisfies Load);
    const to = Date.now();
    await allPosted(stage, others, perSecond * seconds);
    const posts = await Promise.all(others.map(async (one) => (await one.ask<Usage>('usage')).posts));
    const { submits } = await stage.api.ask<Agents>('agents');
    const calls = await stage.calls(from, to);
    return {
      workers,
      lost,
      posts,
      calls,
      submits: others.map((_, index) => submits[`photogpt-bot/bot-${index + 2}`] ?? 0),
      perSecond: (calls.list + calls.job) / calls.seconds,
    };
  } finally {
    await stage.close();
  }
}

/** Resolves once `count` messages are posted. Rejects after 30 seconds. */
async function allPosted(stage: Stage, workers: Child[], count: number): Promise<void> {
  for (let waited = 0; waited < 60; waited += 1) {
    const posts = await Promise.all(workers.map(async (one) => (await one.ask<Usage>('usage')).posts));
    if (posts.reduce((sum, each) => sum + each, 0) >= count) return;
    await rest(500);
  }
  const rows = await stage.database?.sql.unsafe('select state, count(*)::int as count from jobs group by state');
  throw new Error(`not everything was posted within 30 seconds: ${JSON.stringify(rows)}`);
}

/** Measures the requests a second of several bots, with an API rate that is too low for their work. */
async function within({ server, seed }: Setting, workers: number, seconds: number): Promise<Calls & { mean: number }> {
  const stage = await openStage({ server, seed, kinds, apiRate, bots: Array.from({ length: workers }, () => true) });
  try {
    const from = Date.now();
    await stage.workers[0]?.ask<Loaded>('load', { perSecond: apiRate, seconds, event: 'budget' } satisfies Load);
    // The first seconds spend the requests that were saved up before.
    const calls = await stage.calls(from + 4_000, Date.now());
    const { list, job, result, submit } = calls;
    return { ...calls, mean: (list + job + result + submit) / calls.seconds };
  } finally {
    await stage.close();
  }
}

/** Measures the seconds from the kill of the bot that polls to the first poll of another. */
async function takeover({ server, seed }: Setting): Promise<number> {
  // Long work, so that there is work to poll all the time.
  const long = [{ model: 'nanobanana-2', share: 1, median: 60 }];
  const stage = await openStage({ server, seed, kinds: long, inFlight: 200, bots: [true, true] });
  try {
    const leader = await until(20, async () => {
      const { askedAt } = await stage.api.ask<Agents>('agents');
      return Object.keys(askedAt).find((name) => Date.now() - (askedAt[name] ?? 0) < 5_000);
    });
    const index = Number(leader.slice(-1)) - 1;
    // A kill at no chosen moment, when its lease has reached its mean age.
    await rest(3_000);
    const killed = Date.now();
    await stage.workers[index]?.kill();
    const other = `photogpt-bot/bot-${2 - index}`;
    await until(40, async () => {
      const { askedAt } = await stage.api.ask<Agents>('agents');
      return (askedAt[other] ?? 0) > killed;
    });
    return (Date.now() - killed) / 1000;
  } finally {
    await stage.close();
  }
}

/** Resolves with the first value of `what`. Rejects after `seconds`. */
async function until<T>(seconds: number, what: () => Promise<T | undefined | false>): Promise<T> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await rest(50)) {
    const found = await what();
    if (found) return found;
  }
  throw new Error(`it did not happen within ${seconds} seconds`);
}

/** Measures. */
export async function scale(setting: Setting): Promise<Group> {
  const { quick, server, say } = setting;
  const target = { atMost: 15 };
  const named: Figure = { name: 'another bot watches after SIGKILL of the one that did', unit: 's', target };
  if (!server) return { figures: [{ ...named, skipped: 'no Postgres server' }], runs: [] };

  const maxBots = quick ? 2 : 4;
  async function takeovers(): Promise<number[]> {
    say('the watching bot is killed');
    const seconds: number[] = [];
    for (let time = 0; time < (quick ? 1 : 3); time += 1) seconds.push(await takeover(setting));
    return seconds;
  }
  // With --quick, at the same time: ratios are not affected, and a takeover is mainly waiting.
  const early = quick ? takeovers() : undefined;
  // An error below leaves its rejection unhandled otherwise.
  early?.catch(() => undefined);
  const runs: Shared[] = [];
  for (const workers of quick ? [2] : [1, 2, 4]) {
    say(`${workers} working bots on one database`);
    runs.push(await shared(setting, workers, quick ? 4 : 15));
  }
  say(`${maxBots} bots with a budget of ${apiRate} requests a second`);
  const held = await within(setting, maxBots, quick ? 7 : 15);
  const seconds = await (early ?? takeovers());
  const many = runs.filter(({ workers }) => workers > 1);
  const figures: Figure[] = [
    ...many.flatMap(({ workers, submits, posts }): Figure[] => [
      {
        name: `submits by ${workers} bots, most over least`,
        unit: 'times',
        ours: unevenness(submits),
        target: { atMost: 1.5 },
      },
      {
        name: `messages by ${workers} bots, most over least`,
        unit: 'times',
        ours: unevenness(posts),
        target: { atMost: 1.5 },
      },
    ]),
    ...runs.map(
      ({ workers, perSecond: looks }): Figure => ({
        name: `looks a second by ${workers} bot${workers > 1 ? 's' : ''} with one key`,
        unit: 'calls/s',
        ours: looks,
      }),
    ),
    {
      name: `requests a second by ${maxBots} bots with a budget of ${apiRate}`,
      unit: 'calls/s',
      ours: held.mean,
      target: { atMost: 1.1 * apiRate },
    },
    { ...named, ours: Math.max(...seconds) },
  ];
  return { figures, runs: { shared: runs, held, takeover: seconds } };
}
