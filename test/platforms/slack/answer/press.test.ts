import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../../../../src/chat.ts';
import { createScriptedBot, type ScriptedBot } from '../../scripted-bot.ts';
import { openSlack } from '../opened.ts';
import { visit } from '../visitor.ts';

const say = (text: string, more: Partial<Message> = {}): Message => ({ text, tone: 'plain', ...more });

let scripted: ScriptedBot;
let open: Awaited<ReturnType<typeof openSlack>>;
let ada: ReturnType<typeof visit>;

beforeEach(async () => {
  scripted = createScriptedBot();
  open = await openSlack(scripted.bot);
  ada = visit(open.slack, 'UADA');
});
afterEach(() => open.close());

const run = (at = 0) => vi.waitUntil(() => scripted.runs[at], 5_000);
const view = () => vi.waitUntil(() => [...open.slack.views.keys()].at(-1), 5_000);
const seen = (channel: string, text: string, thread?: string) =>
  vi.waitFor(() => ada.find(channel, text, thread), { timeout: 5_000, interval: 10 });

describe('a button', () => {
  it('makes its call, in the thread in which it is pressed', async () => {
    const root = open.slack.workspace.post('C1', { text: 'root' });
    const call = { command: 'upscale', options: { job: 41, image: 2 } };
    scripted.script.answer = async () => say('Four pictures', { buttons: [{ label: 'Upscale 2', call }] });
    await ada.mention('C1', 'imagine a fox', root.ts);
    await ada.press(await seen('C1', 'Four pictures', root.ts), 'Upscale 2');
    const { call: made, origin } = await run(1);
    expect(made).toEqual(call);
    expect(origin.place).toEqual({ kind: 'channel', channel: 'C1', thread: root.ts });
  });

  it('makes a call that is too long for a button', async () => {
    const call = { command: 'imagine', options: { prompt: 'x'.repeat(3_000) } };
    scripted.script.answer = async () => say('Failed', { buttons: [{ label: 'Retry', call }] });
    await ada.slash('C1', 'imagine', 'a fox');
    await ada.press(await seen('C1', 'Failed'), 'Retry');
    expect((await run(1)).call).toEqual(call);
  });

  it('opens the form of a call that wants it', async () => {
    const call = { command: 'imagine', options: { prompt: 'a fox' }, form: true };
    scripted.script.answer = async () => say('Made', { buttons: [{ label: 'Edit prompt', call }] });
    await ada.slash('C1', 'imagine', 'a fox');
    await ada.press(await seen('C1', 'Made'), 'Edit prompt');
    await ada.submit(await view(), {});
    expect((await run(1)).call.options).toMatchObject({ prompt: 'a fox' });
  });
});
