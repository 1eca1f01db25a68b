/**
 * The command `npm run soak -- --minutes 30 --rate 5`: asks for `rate` jobs a second, and tells whether anything piled
 * up.
 */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { systemClock as clock } from '../../src/concurrency/clock.ts';
import { createSandbox } from '../../src/sandbox/server.ts';
import { botToken, openFake } from '../platforms/discord/fake-discord.ts';
import { createVisitor } from '../platforms/discord/visitor.ts';
import type { SoakOrders } from './soak-bot.ts';
import { judge, type Sample } from './soak-verdict.ts';

const { values: given } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, rate: { type: 'string', default: '5' } },
});
const minutes = Number(given.minutes);
const rate = Number(given.rate);
const say = (line: string) => process.stderr.write(`${line}\n`);
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

/** Time between two samples. */
const sampleIntervalMs = 5_000;
/**
 * Time for compiling and for filling caches and pools, which does not count: a fifth of the soak, at most three
 * minutes.
 */
const warmUpMs = Math.min(3 * 60_000, minutes * 12_000);
/** Number of people who call. It is large, so that each has few jobs on the way. */
const peopleCount = 100;
/** Messages and files that the fake chat remembers. Its memory is not measured. */
const rememberedCount = 2_000;
const key = 'key-of-the-soak';

/** Opens a database on a server, if one answers. Finished rows of an embedded one would be memory of the process. */
async function openServer() {
  const server = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  const admin = postgres(server, { max: 1, connect_timeout: 3, onnotice: () => {} });
  const name = `photogpt_soak_${randomBytes(4).toString('hex')}`;
  try {
    await admin.unsafe(`create database ${name}`);
  } catch {
    await admin.end({ timeout: 1 });
    return undefined;
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async jobs(): Promise<Record<string, number>> {
      const inside = postgres(url.href, { max: 1 });
      const rows = await inside`select coalesce(outcome, state) as what, count(*)::int as count from jobs group by 1`;
      await inside.end();
      return Object.fromEntries(rows.map(({ what, count }) => [String(what), Number(count)]));
    },
    async drop() {
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  };
}

const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-soak-'));
const server = await openServer();
if (!server) say('no Postgres server answers: the embedded database grows in the process that is watched');
const sandbox = createSandbox({
  clock,
  keys: [{ key, credits: 1e9 }],
  speed: 10,
  guesses: { smallestSide: 64, largestSide: 128, drawsAhead: false, framesPerSecond: 2 },
});
await sandbox.start();
const fake = await openFake(clock);
const { world } = fake;
const channel = { id: '400000000000000001', type: 0, guild_id: '200000000000000001' };
world.channels.set(channel.id, channel);

const orders: SoakOrders = {
  folder,
  database: server?.url,
  photogpt: { key, url: sandbox.url },
  discord: { token: botToken, apiUrl: fake.apiUrl },
};
const bot = fork(fileURLToPath(new URL('./soak-bot.ts', import.meta.url)), [JSON.stringify(orders)], {
  execArgv: ['--import', 'tsx', '--expose-gc'],
});
const gone = once(bot, 'exit');
await Promise.race([once(bot, 'message'), gone.then(() => Promise.reject(new Error('the bot did not start')))]);

const people = Array.from({ length: peopleCount }, (_, index) =>
  createVisitor(fake, String(500_000_000_000_000_000n + BigInt(index))),
);
const samples: Sample[] = [];
let asked = 0;
let unanswered = 0;
const began = clock.now();
const elapsed = () => clock.now() - began;
const end = minutes * 60_000;

function forget(): void {
  world.ledger.length = 0;
  world.messages.splice(0, Math.max(0, world.messages.length - rememberedCount));
  for (const id of [...world.opened.keys()].slice(0, -rememberedCount)) world.opened.delete(id);
  for (const id of [...world.files.keys()].slice(0, -rememberedCount)) world.files.delete(id);
}

async function askForMore(): Promise<void> {
  while (elapsed() < end && bot.connected) {
    if (asked < (elapsed() / 1000) * rate) {
      asked += 1;
      const person = people[asked % peopleCount];
      void person?.slash(channel, 'imagine', { prompt: `boat ${asked}` }).catch(() => {
        unanswered += 1;
      });
    } else await clock.sleep(20);
  }
}

async function watch(): Promise<void> {
  let told = 0;
  while (elapsed() < end && bot.connected) {
    await clock.sleep(sampleIntervalMs);
    forget();
    bot.send('sample');
    const [sample] = (await Promise.race([once(bot, 'message'), gone.then(() => [undefined])])) as [Sample?];
    if (!sample) break;
    if (elapsed() > warmUpMs) samples.push(sample);
    if (Math.floor(elapsed() / 60_000) === told) continue;
    told = Math.floor(elapsed() / 60_000);
    const { rss, heap, timers, sockets, listeners } = sample;
    say(
      `${told} min: ${asked} asked, rss ${megabytes(rss)}, heap ${megabytes(heap)}, ${timers} timers, ${sockets} sockets, ${listeners} listeners`,
    );
  }
}

await Promise.all([askForMore(), watch()]);
// The jobs on their way get a while to arrive, so that the count at the end means something.
for (let waited = 0; waited < 60 && bot.connected; waited += 1) {
  const open = await server?.jobs();
  if (!open || Object.keys(open).every((state) => state === 'done' || state === 'failed')) break;
  await clock.sleep(1_000);
}
const jobs = (await server?.jobs()) ?? { asked };
const died = !bot.connected;
if (!died) bot.send('stop');
await gone;
await fake.close();
await sandbox.stop();
await server?.drop();
await rm(folder, { recursive: true, force: true });

const { isFlat, growth, rss, heap, timers, sockets, listeners, warnings } = judge(samples);
const [rssStart, rssEnd] = rss;
const [heapStart, heapEnd] = heap;
const [timersStart, timersEnd] = timers;
const [socketsStart, socketsEnd] = sockets;
const [listenersStart, listenersEnd] = listeners;
const figures = { rssStart, rssEnd, heapStart, heapEnd, growth: Number(growth.toFixed(4)), timersStart, timersEnd };
const more = { socketsStart, socketsEnd, listenersStart, listenersEnd, warnings, unanswered, died };
/** Time for the process to end by itself, after which a connection that is still open no longer holds it. */
const endTimeoutMs = 10_000;
process.stdout.write(`${JSON.stringify({ minutes, rate, asked, jobs, ...figures, ...more })}\n`);
process.exitCode = isFlat && !died && unanswered === 0 ? 0 : 1;
// No process.exit at once: it would cut off output that a pipe has not yet taken.
setTimeout(() => process.exit(), endTimeoutMs).unref();
