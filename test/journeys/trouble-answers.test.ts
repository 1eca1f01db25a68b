/** The first word on each platform while the database hangs: it comes in time, and promises nothing. */
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import type { Message } from '../../src/chat.ts';
import { allComponents } from '../platforms/discord/check-body.ts';
import { openDiscord } from '../platforms/discord/opened.ts';
import { createScriptedBot } from '../platforms/scripted-bot.ts';
import { openSlack } from '../platforms/slack/opened.ts';
import { visit } from '../platforms/slack/visitor.ts';

/** Everybody who waits for the database, until the test is over: an adapter waits for them when it stops. */
const waiting = new Set<() => void>();
const never = () => new Promise<undefined>((resolve) => waiting.add(() => resolve(undefined)));
afterEach(() => {
  for (const free of waiting) free();
});
/** Both platforms turn away what is answered later than this, in milliseconds. */
const limit = 3_000;
const answered = (work: Promise<unknown>) => {
  const before = performance.now();
  return work.then(() => performance.now() - before);
};
/** A button whose call does not fit into it, so that the database has to be asked what it means. */
const long: Message = {
  text: 'Ready.',
  tone: 'good',
  buttons: [{ label: 'Again', call: { command: 'imagine', options: { prompt: 'a very long prompt '.repeat(200) } } }],
};

it('on Discord, a button that the database has to explain is answered in time, and runs nothing', async () => {
  const fake = createScriptedBot();
  const kept = new Map<string, unknown>();
  let hangs = false;
  const ttlStore = {
    get: (key: string) => (hangs ? (never() as never) : Promise.resolve(kept.get(key) as never)),
    put: async (key: string, value: unknown) => (hangs ? never() : void kept.set(key, value)),
  };
  const open = await openDiscord(fake.bot, { ttlStore });
  onTestFinished(open.close);
  fake.script.answer = async () => long;
  await open.ada.slash(open.channels.general, 'imagine', { prompt: 'x' });
  const message = await vi.waitUntil(
    () =>
      open.ada
        .see(open.channels.general)
        .find(({ components }) => allComponents(components).some(({ type }) => type === 2)),
    5_000,
  );
  expect(fake.runs).toHaveLength(1);
  hangs = true;
  expect(await answered(open.ada.press(open.channels.general, message, 'Again'))).toBeLessThan(limit);
  expect(fake.runs).toHaveLength(1);
});

it('on Slack, everything is acknowledged before the database is asked, and a form is answered in time', async () => {
  const fake = createScriptedBot();
  let hangs = false;
  const kept = new Map<string, unknown>();
  const ttlStore = {
    get: (key: string) => (hangs ? (never() as never) : Promise.resolve(kept.get(key) as never)),
    put: async (key: string, value: unknown) => (hangs ? never() : void kept.set(key, value)),
    claim: async (key: string) => (hangs ? (never() as never) : !kept.has(key) && Boolean(kept.set(key, true))),
    list: async () => [],
  };
  const open = await openSlack(fake.bot, { ttlStore: ttlStore as never });
  onTestFinished(open.close);
  const ada = visit(open.slack, 'UADA');
  await ada.slash('C1', 'imagine', '');
  const view = await vi.waitUntil(() => [...open.slack.views.keys()].at(-1), 5_000);
  hangs = true;
  expect(await answered(ada.slash('C1', 'imagine', 'a fox'))).toBeLessThan(limit);
  expect(await answered(ada.submit(view, { prompt: { value: 'a fox' } }).catch(() => undefined))).toBeLessThan(limit);
  expect(fake.runs).toHaveLength(0);
});
