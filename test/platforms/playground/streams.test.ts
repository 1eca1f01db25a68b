import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../../../src/concurrency/clock.ts';
import type { View } from '../../../src/platforms/playground/view.ts';
import { openTestDatabase } from '../../db/engine.ts';
import { createScriptedBot, type ScriptedBot } from '../scripted-bot.ts';
import { openPlayground } from './opened.ts';
import type { Happened } from './visitor.ts';

const database = await openTestDatabase();
afterAll(() => database.close());

let scripted: ScriptedBot;
let open: Awaited<ReturnType<typeof openPlayground>>;
beforeEach(async () => {
  scripted = createScriptedBot();
  open = await openPlayground(scripted.bot, database);
});
afterEach(() => open.close());

const channel = 'make-pictures';
const views = (heard: Happened[]) =>
  heard.filter(({ event }) => event === 'message').map(({ data }) => JSON.parse(data) as View);
const texts = (heard: Happened[]) => views(heard).map(({ text, message }) => message?.text ?? text);
const soon = (check: () => void) => vi.waitFor(check, { timeout: 5000, interval: 10 });
const cursor = async () => {
  const start = (await (await fetch(`${open.url()}/api/start?person=ada`)).json()) as { cursor: string };
  return start.cursor;
};

describe('the stream of events', () => {
  it('has new messages, and the answer in the place of its placeholder', async () => {
    const { heard, stop } = await open.visitor('ben').listen();
    await soon(() => expect(heard[0]?.event).toBe('ready'));
    await open.visitor('ada').call(channel, { line: '/imagine a cat' });
    await soon(() =>
      expect(texts(heard)).toEqual(['/imagine prompt:a cat', 'Thinking…', 'You asked for **imagine**.']),
    );
    const [, placeholder, answer] = views(heard);
    expect(answer?.id).toBe(placeholder?.id);
    stop();
  });

  it('hides private and direct messages from other people', async () => {
    const [ada, ben] = [await open.visitor('ada').listen(), await open.visitor('ben').listen()];
    await open.visitor('ada').call(channel, { line: '/help' });
    await soon(() => expect(texts(ada.heard)).toContain('You asked for **help**.'));
    await open.visitor('ada').write('dm:ada', 'Between us');
    await open.visitor('ada').write(channel, 'For all');
    await soon(() => expect(texts(ben.heard)).toContain('For all'));
    expect(texts(ben.heard)).toEqual(['For all']);
    for (const each of [ada, ben]) each.stop();
  });

  it('removes a message that becomes private', async () => {
    scripted.script.answer = async () => ({ text: 'No such job.', tone: 'bad', private: true });
    const { heard, stop } = await open.visitor('ben').listen();
    await open.visitor('ada').call(channel, { line: '/upscale 12' });
    await soon(() => expect(heard.filter(({ event }) => event === 'removed')).toHaveLength(2));
    expect(texts(heard)).not.toContain('No such job.');
    stop();
  });

  it('goes on after the last event of a page', async () => {
    const ada = open.visitor('ada');
    const since = await cursor();
    for (const text of ['one', 'two', 'three']) await ada.write(channel, text);
    const first = await ada.listen(since);
    await soon(() => expect(texts(first.heard)).toEqual(['one', 'two', 'three']));
    const second = await ada.listen(first.heard.find(({ data }) => data.includes('"two"'))?.id);
    await soon(() => expect(texts(second.heard)).toEqual(['three']));
    for (const each of [first, second]) each.stop();
  });

  it('resets a page after a restart, or when it missed too much', async () => {
    const since = await cursor();
    const [said] = (await open.history.add([{ channel, text: '', message: { text: 'On it', tone: 'working' } }])) ?? [];
    const ref = { platform: 'playground', channel, id: String(said?.id) } as const;
    for (let step = 0; step < 501; step += 1) {
      await open.platform.edit(ref, { text: `Step ${step}`, tone: 'working' }, AbortSignal.timeout(1000));
    }
    const late = await open.visitor('ada').listen(since);
    await soon(() => expect(late.heard[0]?.event).toBe('reset'));
    late.stop();
    await open.again();
    const other = await open.visitor('ada').listen(since);
    await soon(() => expect(other.heard[0]?.event).toBe('reset'));
    other.stop();
  });

  it('takes a hundred pages, and refuses one more', async () => {
    const pages = await Promise.all(Array.from({ length: 100 }, () => open.visitor('ada').listen()));
    expect((await open.visitor('ada').listen()).status).toBe(503);
    for (const page of pages) page.stop();
    await soon(async () => expect((await open.visitor('ada').listen()).status).toBe(200));
  });

  it('ends when the playground stops', async () => {
    const { ended } = await open.visitor('ada').listen();
    await open.close();
    await ended;
  });

  it('beats when nothing happens', async () => {
    const { wakeAfter } = await openWithFakeSleep();
    const { heard, ended } = await open.visitor('ada').listen();
    await wakeAfter(15_000);
    await soon(() => expect(heard.at(-1)?.event).toBe('beat'));
    await open.close();
    await ended;
  });

  it('ends with the playground while a call never ends', async () => {
    const { wakeAfter } = await openWithFakeSleep();
    const { ended } = await open.visitor('ada').listen();
    scripted.script.answer = () => new Promise(() => {});
    await open.visitor('ada').call(channel, { line: '/imagine for ever' });
    const stopped = open.close();
    await wakeAfter(10_000);
    await Promise.all([stopped, ended]);
  });
});

/** Opens the playground again, with a clock whose sleeps end when a test says so. */
async function openWithFakeSleep() {
  await open.close();
  const sleepers: { milliseconds: number; wake(): void }[] = [];
  const clock: Clock = {
    now: () => 1_700_000_000_000,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        sleepers.push({ milliseconds, wake: resolve });
        signal?.addEventListener('abort', () => resolve());
      }),
  };
  open = await openPlayground(scripted.bot, database, clock);
  const wakeAfter = (milliseconds: number) =>
    soon(() => {
      const sleeper = sleepers.find((each) => each.milliseconds === milliseconds) ?? expect.fail('nobody sleeps');
      sleeper.wake();
    });
  return { wakeAfter };
}
