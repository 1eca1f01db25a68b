/** The first answer on each platform while the database hangs: it comes in time, and promises nothing. */
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import type { Message } from '../../src/chat.ts';
import { allComponents } from '../platforms/discord/check-body.ts';
import { openDiscord } from '../platforms/discord/opened.ts';
import { createScriptedBot } from '../platforms/scripted-bot.ts';
import { openSlack } from '../platforms/slack/opened.ts';
import { visit } from '../platforms/slack/visitor.ts';

/** Calls that wait for the database until the test is over. An adapter waits for them when it stops. */
const waiting = new Set<() => void>();
const never = () => new Promise<undefined>((resolve) => waiting.add(() => resolve(undefined)));
afterEach(() => {
  for (const free of waiting) free();
});
/** Time limit of an answer on both platforms. */
const answerLimitMs = 3_000;
const answered = (work: Promise<unknown>) => {
  const before = performance.now();
  return work.then(() => performance.now() - before);
};
/** A button whose call does not fit into its id, so that the database has to explain it. */
const long: Message = {
  text: 'Ready.',
  tone: 'good',
  buttons: [{ label: 'Again', call: { command: 'imagine', options: { prompt: 'a very long prompt '.repeat(200) } } }],
};

it('Discord adapter answers a button in time while the database hangs', async () => {
  const fake = createScriptedBot();
  const stored = new Map<string, unknown>();
  let hangs = false;
  const ttlStore = {
    get: (key: string) => (hangs ? (never() as never) : Promise.resolve(stored.get(key) as never)),
    put: async (key: string, value: unknown) => (hangs ? never() : void stored.set(key, value)),
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
  expect(await answered(open.ada.press(open.channels.general, message, 'Again'))).toBeLessThan(answerLimitMs);
  expect(fake.runs).toHaveLength(1);
});

it('Slack adapter answers commands and forms in time while the database hangs', async () => {
  const fake = createScriptedBot();
  let hangs = false;
  const stored = new Map<string, unknown>();
  const ttlStore = {
    get: (key: string) => (hangs ? (never() as never) : Promise.resolve(stored.get(key) as never)),
    put: async (key: string, value: unknown) => (hangs ? never() : void stored.set(key, value)),
    claim: async (key: string) => (hangs ? (never() as never) : !stored.has(key) && Boolean(stored.set(key, true))),
    list: async () => [],
  };
  const open = await openSlack(fake.bot, { ttlStore: ttlStore as never });
  onTestFinished(open.close);
  const ada = visit(open.slack, 'UADA');
  await ada.slash('C1', 'imagine', '');
  const view = await vi.waitUntil(() => [...open.slack.views.keys()].at(-1), 5_000);
  hangs = true;
  expect(await answered(ada.slash('C1', 'imagine', 'a fox'))).toBeLessThan(answerLimitMs);
  expect(await answered(ada.submit(view, { prompt: { value: 'a fox' } }).catch(() => undefined))).toBeLessThan(
    answerLimitMs,
  );
  expect(fake.runs).toHaveLength(0);
});
