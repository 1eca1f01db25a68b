import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../../../../src/chat.ts';
import { directScopes, manifestScopes } from '../../../../src/platforms/slack/install/manifest-scopes.ts';
import { createScriptedBot, paint, type ScriptedBot } from '../../scripted-bot.ts';
import { openSlack } from '../opened.ts';
import { visit } from '../visitor.ts';
import { readPost } from '../workspace.ts';

let scripted: ScriptedBot;
let open: Awaited<ReturnType<typeof openSlack>>;
let ada: ReturnType<typeof visit>;

beforeAll(async () => {
  scripted = createScriptedBot();
  const mine = { description: 'A model of yours', group: 'Your models', example: '', fields: [] };
  scripted.bot.sheets = [...scripted.bot.sheets, { ...mine, name: 'model create' }, { ...mine, name: 'model train' }];
  open = await openSlack(scripted.bot, { scopes: [...manifestScopes, ...directScopes] });
  ada = visit(open.slack, 'UADA');
});
afterAll(async () => {
  expect(open.slack.complaints()).toEqual([]);
  await open.close();
});
beforeEach(() => {
  scripted.runs.length = 0;
  open.slack.workspace.posts.length = 0;
  scripted.script.answer = async (call): Promise<Message> => ({
    text: `You asked for ${call.command}.`,
    tone: 'plain',
  });
});

const seen = (channel: string, text: string, thread?: string) =>
  vi.waitFor(() => ada.find(channel, text, thread), { timeout: 5_000, interval: 10 });
const run = () => vi.waitUntil(() => scripted.runs[0], 5_000);

describe('words to the bot', () => {
  it('are a call in its direct messages as in a mention, with pictures', async () => {
    const bytes = await paint(40, 30, 90);
    await ada.tell('edit make it night', [ada.attach('fox.png', bytes)]);
    const { call, files, origin } = await run();
    expect(call).toMatchObject({ command: 'edit', options: { prompt: 'make it night' } });
    expect(Buffer.from(files[0]?.bytes ?? []).equals(bytes)).toBe(true);
    expect(origin.place).toEqual({ kind: 'direct' });
    await seen('DUADA', 'You asked for edit.');
  });

  it('without a command become a prompt only after a press on a button', async () => {
    scripted.script.answer = async (call) =>
      call.command === 'imagine'
        ? { text: 'Made', tone: 'good' }
        : { text: 'There is no such command.', tone: 'bad', private: true };
    await ada.tell('a fox for <@UBEN|ben>');
    const note = await seen('DUADA', 'There is no such command.');
    await ada.press(note, 'Make a picture of it');
    await seen('DUADA', 'Made');
    expect(scripted.runs.at(-1)?.call).toEqual({ command: 'imagine', options: { prompt: 'a fox for @ben' } });
  });

  it.each([
    ['its own', { bot_id: 'B1' }],
    ['a change of a message', { subtype: 'message_changed' }],
    ['those of a channel', { channel_type: 'channel' }],
  ])('do not count when they are %s', async (_, more) => {
    await ada.tell('imagine a fox', [], more);
    await ada.slash('C1', 'help', '');
    await run();
    expect(scripted.runs.map(({ call }) => call.command)).toEqual(['help']);
  });

  it('that lack something get a button for the form', async () => {
    const root = open.slack.workspace.post('C1', { text: 'root' });
    await ada.mention('C1', 'imagine --count 2', root.ts);
    await ada.press(await seen('C1', 'needs more than that', root.ts), 'Fill it in');
    const id = await vi.waitUntil(() => [...open.slack.views.keys()].at(-1), 5_000);
    await ada.submit(id, { prompt: { value: 'a fox' } });
    const { call, origin } = await run();
    expect(call.options).toEqual({ prompt: 'a fox', count: '2' });
    expect(origin.place).toEqual({ kind: 'channel', channel: 'C1', thread: root.ts });
  });

  it('that name half a command get the whole ones', async () => {
    for (const line of ['', 'fly'] as const) {
      await ada.slash('C1', 'model', line);
      const note = await seen('C1', 'is several commands');
      expect(readPost(note).text).toContain('A model of yours');
      expect(note.onlyFor).toBe('UADA');
      open.slack.workspace.posts.length = 0;
    }
    await ada.mention('C1', 'model');
    await ada.press(await seen('C1', 'is several commands'), 'model train');
    expect((await run()).call.command).toBe('model train');
  });
});
