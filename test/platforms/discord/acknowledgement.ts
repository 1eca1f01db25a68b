/** Measures how soon the whole bot, with its database and a real gateway, acknowledges calls that come too fast to be done. */
import { setTimeout as rest } from 'node:timers/promises';
import { waitFor } from '../wait-for.ts';
import { startBot } from './start-bot.ts';
import { createVisitor } from './visitor.ts';
import { guild } from './world.ts';

/** Milliseconds from the sending of an event to the arrival of its callback. `lost` is the number without an answer. */
export type Acknowledgements = { count: number; lost: number; p50: number; p95: number; p99: number; max: number };

/** Longest wait for an answer: Discord's limit of three seconds, and as much again for late ones. */
const answerTimeoutMs = 6_000;
/** Calls before the first that counts. They load and compile the code that all others use. */
const warmUpCalls = 20;

/**
 * Sends `/imagine` `perSecond` times a second for `seconds` seconds, without waiting for answers. Each call is another
 * person's, in one of twenty channels. `database` is the address of an empty Postgres database. Without it, the bot uses
 * its embedded one.
 */
export async function measureAcknowledgement(wish: {
  perSecond: number;
  seconds: number;
  database?: string;
}): Promise<Acknowledgements> {
  const { perSecond, seconds, database } = wish;
  const bot = await startBot({ database });
  const { fake } = bot;
  const channels = Array.from({ length: 20 }, (_, index) => {
    const channel = { id: String(400000000000000000n + BigInt(index)), type: 0, guild_id: guild };
    fake.world.channels.set(channel.id, channel);
    return channel;
  });
  const call = async (index: number): Promise<number | undefined> => {
    const visitor = createVisitor(fake, String(500000000000000000n + BigInt(index)));
    const [channel = { id: '0', type: 0 }] = channels.slice(index % channels.length);
    const asked = visitor.slash(
      channel,
      'imagine',
      { prompt: `lighthouse number ${index}` },
      { answerTimeoutMs: answerTimeoutMs },
    );
    return asked.then(
      ({ took }) => took,
      () => undefined,
    );
  };
  try {
    await waitFor(() => (fake.connected() > 0 ? true : undefined), answerTimeoutMs);
    for (let index = 0; index < warmUpCalls; index += 1) await call(index);
    const answers: Promise<number | undefined>[] = [];
    const began = performance.now();
    for (let index = 0; index < perSecond * seconds; index += 1) {
      const due = began + (index * 1000) / perSecond;
      if (due > performance.now()) await rest(due - performance.now());
      answers.push(call(warmUpCalls + index));
    }
    const took = await Promise.all(answers);
    const known = took.flatMap((one) => one ?? []).sort((a, b) => a - b);
    const quantile = (fraction: number) => known[Math.min(known.length - 1, Math.floor(known.length * fraction))] ?? 0;
    return {
      count: took.length,
      lost: took.length - known.length,
      p50: quantile(0.5),
      p95: quantile(0.95),
      p99: quantile(0.99),
      max: known.at(-1) ?? 0,
    };
  } finally {
    await bot.close();
  }
}
