/** Deliveries as the bot makes them: a call becomes a job, and attempts to deliver its result follow. */
import { expect, vi } from 'vitest';
import type { Call, Message, Origin, Receipt } from '../../../src/chat.ts';
import { systemClock } from '../../../src/concurrency/clock.ts';
import { UndeliverableError } from '../../../src/errors/catalogue.ts';
import { createScriptedBot } from '../scripted-bot.ts';
import type { Fault } from './fake-discord.ts';
import { openDiscord } from './opened.ts';
import { type Circumstances, textOf } from './visitor.ts';
import type { Channel, Posted } from './world.ts';

/** Returns a signal that ends a test that hangs. */
export const signal = () => AbortSignal.timeout(20_000);
/** Returns a message. */
export const say = (text: string, more: Partial<Message> = {}): Message => ({ text, tone: 'good', ...more });

/** Opens the adapter and the fake, with a clock for both that `minutes` moves. */
export async function openDeliveries(settings: Parameters<typeof openDiscord>[1] = {}) {
  let ahead = 0;
  const invalid: number[] = [];
  const scripted = createScriptedBot();
  const clock = { now: () => systemClock.now() + ahead, sleep: systemClock.sleep };
  const onInvalid = (status: number) => void invalid.push(status);
  const open = await openDiscord(scripted.bot, { onInvalid, ...settings }, clock);

  /** Makes a call that becomes job 41. Returns its origin and its acknowledging message. */
  async function ask(
    channel: Channel = open.channels.general,
    more: Circumstances = {},
    options: Call['options'] = { prompt: 'x' },
  ) {
    scripted.script.answer = async () => say('On its way', { tone: 'working', job: 41 });
    const before = scripted.shown.length;
    await open.ada.call(channel, { command: 'imagine', options }, more);
    await vi.waitFor(() => expect(scripted.shown.length).toBe(before + 1), 5000);
    const { origin } = scripted.runs.at(-1) ?? expect.fail('no call');
    return { origin, ref: scripted.shown.at(-1)?.ref ?? expect.fail('not shown') };
  }

  /** Repeats a delivery until it succeeds, as the pipeline would. Returns where the message stands. */
  async function persist(
    origin: Origin,
    message: Message,
    receipt: () => Receipt,
    between: () => void | Promise<void> = () => {},
  ) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await open.platform.post(origin, message, receipt(), signal());
      } catch (error) {
        if (error instanceof UndeliverableError || attempt === 6) throw error;
        await between();
      }
    }
  }

  return {
    scripted,
    open,
    invalid,
    ask,
    persist,
    now: clock.now,
    minutes: (count: number) => {
      ahead += count * 60_000;
    },
    fault: (how: Fault['how'], method = 'POST', path = /\/channels\/\d+\/messages$/, times = 1) =>
      open.fake.faults.push({ method, path, times, how }),
    reading: (words: string, channel: Channel = open.channels.general, who = open.ada): Posted[] =>
      who.see(channel).filter((one) => textOf(one).includes(words)),
    /** Returns the requests that create a message with the bot's own token. */
    posts: () =>
      open.world.ledger.filter(({ method, path }) => method === 'POST' && /\/channels\/\d+\/messages$/.test(path)),
  };
}

/** The adapter and the fake, with ways of delivering. */
export type Deliveries = Awaited<ReturnType<typeof openDeliveries>>;
