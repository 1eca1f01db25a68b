/** Work that somebody asked for and what must be said about it: calls that become a job, and tries to deliver its result. */
import { expect, vi } from 'vitest';
import type { Call, Json, Message, MessageRef, Origin, Receipt } from '../../../src/chat.ts';
import { systemClock } from '../../../src/concurrency/clock.ts';
import { UndeliverableError } from '../../../src/errors/catalogue.ts';
import { createScriptedBot } from '../scripted-bot.ts';
import type { Fault } from './fake-discord.ts';
import { openDiscord } from './opened.ts';
import { type Circumstances, textOf } from './visitor.ts';
import type { Channel, Posted } from './world.ts';

export const signal = () => AbortSignal.timeout(20_000);
export const say = (text: string, more: Partial<Message> = {}): Message => ({ text, tone: 'good', ...more });

/** The memory of one delivery: a receipt for every try. */
export function delivery(key: string, replaces?: MessageRef): () => Receipt {
  const kept: Record<string, Json> = {};
  let attempt = 0;
  return () => {
    attempt += 1;
    const note = async (more: Record<string, Json>) => void Object.assign(kept, more);
    return { key: key.padEnd(22, '0'), attempt, replaces, notes: { ...kept }, note };
  };
}

/** The adapter and its far ends, under a clock of both sides that `minutes` moves. */
export async function openDeliveries(settings: Parameters<typeof openDiscord>[1] = {}) {
  let ahead = 0;
  const invalid: number[] = [];
  const scripted = createScriptedBot();
  const clock = { now: () => systemClock.now() + ahead, sleep: systemClock.sleep };
  const onInvalid = (status: number) => void invalid.push(status);
  const open = await openDiscord(scripted.bot, { onInvalid, ...settings }, clock);

  /** Asks for something that becomes job 41, and returns the call's origin and where it was acknowledged. */
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

  /** Tries one delivery until it is through, as the loop would, and returns where it stands. */
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
    ...{ scripted, open, invalid, ask, persist, now: clock.now },
    minutes: (count: number) => {
      ahead += count * 60_000;
    },
    fault: (how: Fault['how'], method = 'POST', path = /\/channels\/\d+\/messages$/, times = 1) =>
      open.fake.faults.push({ method, path, times, how }),
    reading: (words: string, channel: Channel = open.channels.general, who = open.ada): Posted[] =>
      who.see(channel).filter((one) => textOf(one).includes(words)),
    /** Messages that the bot made with its own token. */
    posts: () =>
      open.world.ledger.filter(({ method, path }) => method === 'POST' && /\/channels\/\d+\/messages$/.test(path)),
  };
}

export type Deliveries = Awaited<ReturnType<typeof openDeliveries>>;
