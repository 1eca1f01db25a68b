import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../../../../src/chat.ts';
import { createScriptedBot, type ScriptedBot } from '../../scripted-bot.ts';
import { openSlack } from '../opened.ts';
import { visit } from '../visitor.ts';
import { readPost } from '../workspace.ts';

const say = (text: string, more: Partial<Message> = {}): Message => ({ text, tone: 'plain', ...more });
let scripted: ScriptedBot;
let open: Awaited<ReturnType<typeof openSlack>>;
let ada: ReturnType<typeof visit>;
let ahead = 0;

beforeEach(async () => {
  scripted = createScriptedBot();
  ahead = 0;
  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms / 1000);
      signal?.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true });
    });
  open = await openSlack(scripted.bot, { clock: { now: () => Date.now() + ahead, sleep } });
  ada = visit(open.slack, 'UADA');
});
afterEach(() => open.close());

const texts = (channel = 'C1') => ada.read(channel).map((post) => readPost(post).text);
const others = () =>
  visit(open.slack, 'UBEN')
    .read('C1')
    .map((post) => readPost(post).text);
const until = (what: () => boolean) => vi.waitUntil(what, { timeout: 5_000, interval: 5 });

/** Lets the process die once the placeholder of a call stands, and before anything else. */
async function dieWhileAnswering() {
  const { run } = scripted.bot;
  scripted.bot.run = () => new Promise(() => undefined);
  await ada.slash('C1', 'imagine', 'a fox');
  await until(() => texts().some((text) => text.includes('Asked for')));
  await until(() => [...open.ttlStore.values].some(([, row]) => JSON.stringify(row ?? '').includes('"ack"')));
  await open.kill();
  scripted.bot.run = run;
}

describe('a placeholder', () => {
  it('never promises anything that a dead process could not keep', async () => {
    await dieWhileAnswering();
    expect(texts().filter((text) => /…|moment|thinking|working/i.test(text))).toEqual([]);
  });

  it('goes after a crash, and the person is told to ask again', async () => {
    await dieWhileAnswering();
    ahead = 50_000;
    await until(() => texts().some((text) => text.includes('kept me from answering')));
    expect(others()).toEqual([]);
    expect(texts()).toHaveLength(1);
  });

  it('says what happened where it cannot be deleted', async () => {
    await dieWhileAnswering();
    open.slack.faults.push({ method: 'chat.delete', what: { code: 'cant_delete_message' } });
    ahead = 50_000;
    await until(() => others().some((text) => text.includes('kept me from answering')));
    expect(others()).toHaveLength(1);
  });

  it('is left alone by a restart when its job was written down', async () => {
    scripted.script.answer = async () => say('On its way', { job: 41 });
    open.slack.faults.push({ method: 'chat.update', what: '503' });
    const { shown } = scripted.bot;
    scripted.bot.shown = () => new Promise(() => undefined);
    await ada.slash('C1', 'imagine', 'a fox');
    await until(() => scripted.runs.length === 1);
    scripted.bot.shown = shown;
    await open.kill();
    ahead = 50_000;
    await until(() => ![...open.ttlStore.values].some(([key, row]) => key.startsWith('unanswered/') && row !== null));
    expect(texts()).toEqual([expect.stringContaining('Asked for /imagine')]);
  });

  it.each([{ code: 'cant_delete_message' }, '503'] as const)(
    'says that the answer was private when Slack does not delete it (%j)',
    async (what) => {
      scripted.script.answer = async () => say('A secret', { private: true });
      open.slack.faults.push({ method: 'chat.delete', what });
      await ada.slash('C1', 'imagine', 'a fox');
      await until(() => texts().some((text) => text.includes('A secret')));
      expect(others()).toEqual([expect.stringContaining('answered to the person who asked')]);
    },
  );

  it('is taken away later when it can be neither deleted nor changed at first', async () => {
    scripted.script.answer = async () => say('A secret', { private: true });
    open.slack.faults.push({ method: 'chat.delete', what: '503' }, { method: 'chat.update', what: '503' });
    await ada.slash('C1', 'imagine', 'a fox');
    await until(() => texts().some((text) => text.includes('A secret')));
    expect(others()).toHaveLength(1);
    ahead = 50_000;
    await until(() => others().length === 0);
    expect(texts()).toHaveLength(1);
  });

  it('goes when the answer cannot be given', async () => {
    scripted.script.answer = async () => {
      throw new Error('no');
    };
    await ada.slash('C1', 'imagine', 'a fox');
    await until(() => texts().some((text) => text.includes('Something went wrong')));
    await until(() => others().length === 0);
  });

  it('stands for its job although it could not change at once', async () => {
    scripted.script.answer = async () => say('On its way', { job: 41 });
    open.slack.faults.push({ method: 'chat.update', what: '503' });
    await ada.slash('C1', 'imagine', 'a fox');
    await until(() => scripted.shown.length === 1);
    expect(scripted.shown).toMatchObject([{ job: 41, ref: { channel: 'C1' } }]);
    expect(texts()).toEqual([expect.stringContaining('Asked for /imagine')]);
  });
});
