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

beforeEach(async () => {
  scripted = createScriptedBot();
  open = await openSlack(scripted.bot);
  ada = visit(open.slack, 'UADA');
});
afterEach(() => open.close());

const run = (at = 0) => vi.waitUntil(() => scripted.runs[at], 5_000);
const seen = (channel: string, text: string, thread?: string) =>
  vi.waitFor(() => ada.find(channel, text, thread), { timeout: 5_000, interval: 10 });

describe('the answer to a slash command', () => {
  it('takes the place of the placeholder, and reads the line as it was typed', async () => {
    await ada.slash('C1', 'imagine', 'a red fox —ratio “16:9” count:2');
    const { call, origin } = await run();
    expect(call).toMatchObject({ command: 'imagine', options: { prompt: 'a red fox', ratio: '16:9', count: '2' } });
    expect(origin).toMatchObject({
      tenant: 'T1',
      locale: 'de-DE',
      person: { id: 'UADA', name: 'ada', moderator: false },
    });
    const answer = await seen('C1', 'You asked for imagine.');
    expect(answer.ts).toBe(origin.ack?.id);
    expect(ada.read('C1')).toHaveLength(1);
  });

  it('knows that an administrator is a moderator', async () => {
    await visit(open.slack, 'UBEN').slash('C1', 'imagine', 'a fox');
    expect((await run()).origin.person.moderator).toBe(true);
  });

  it('works under a name with a prefix', async () => {
    await ada.slash('C1', 'pg-imagine', 'a fox');
    expect((await run()).call.command).toBe('imagine');
  });

  it('happens once when Slack sends it twice', async () => {
    const trigger_id = open.slack.trigger();
    await ada.slash('C1', 'imagine', 'a fox', { trigger_id });
    await ada.slash('C1', 'imagine', 'a fox', { trigger_id });
    await ada.slash('C1', 'imagine', 'a hare');
    await vi.waitUntil(() => scripted.runs.some(({ call }) => call.options.prompt === 'a hare'), 5_000);
    expect(scripted.runs).toHaveLength(2);
  });

  it('joins a public channel before anything is spent', async () => {
    await ada.slash('COPEN', 'imagine', 'a fox');
    await run();
    expect(open.slack.workspace.conversations.get('COPEN')?.members).toContain('UBOT');
  });

  it.each(['CSECRET', 'DTWO'])('offers the direct message in %s, where the bot is not', async (channel) => {
    await ada.slash(channel, 'imagine', 'a fox');
    const note = await seen(channel, 'Invite me');
    expect(scripted.runs).toEqual([]);
    expect(note.onlyFor).toBe('UADA');
    await ada.press(note, 'Send it to me directly');
    expect((await run()).origin.place).toEqual({ kind: 'direct' });
    await seen('DUADA', 'You asked for imagine.');
  });

  it('says that a channel is archived, and runs nothing', async () => {
    await ada.slash('COLD', 'imagine', 'a fox');
    await seen('COLD', 'archived');
    expect(scripted.runs).toEqual([]);
  });

  it('shows errors only to the person who asked', async () => {
    scripted.script.answer = async () => say('That did not work.', { tone: 'bad', private: true });
    await ada.slash('C1', 'imagine', 'a fox');
    expect((await seen('C1', 'That did not work.')).onlyFor).toBe('UADA');
    expect(visit(open.slack, 'UBEN').read('C1')).toEqual([]);
  });

  it('answers a private call that becomes a job in the direct messages', async () => {
    scripted.script.answer = async () => say('On its way', { private: true, job: 7 });
    await ada.slash('C1', 'imagine', 'a fox --private');
    await seen('DUADA', 'On its way');
    await seen('C1', 'You find it in our direct messages.');
    expect(scripted.shown).toMatchObject([{ job: 7, ref: { channel: 'DUADA' } }]);
    expect(visit(open.slack, 'UBEN').read('C1')).toEqual([]);
  });

  it('moves to the direct messages when it turns out private', async () => {
    scripted.script.answer = async () => say('On its way', { private: true, job: 7 });
    await ada.slash('C1', 'imagine', 'a fox');
    await seen('DUADA', 'On its way');
    await seen('C1', 'You find it in our direct messages.');
    expect(scripted.shown).toMatchObject([{ job: 7, ref: { channel: 'DUADA' } }]);
    expect(scripted.runs[0]?.origin.ack?.channel).toBe('C1');
    expect(visit(open.slack, 'UBEN').read('C1')).toEqual([]);
  });

  it('is private for a button on a public message that asks for something private', async () => {
    const call = { command: 'upscale', options: { job: 41 } };
    scripted.script.answer = async () => say('Made', { buttons: [{ label: 'Again', call }] });
    await visit(open.slack, 'UBEN').slash('C1', 'imagine', 'a fox');
    const message = await seen('C1', 'Made');
    scripted.script.answer = async () => say('A secret', { private: true });
    await ada.press(message, 'Again');
    expect((await seen('C1', 'A secret')).onlyFor).toBe('UADA');
    expect(visit(open.slack, 'UBEN').read('C1')).toMatchObject([{ ts: message.ts }]);
  });

  it('says why pictures cannot be shown where uploads are forbidden', async () => {
    const media = [await scripted.picture()];
    scripted.script.answer = async () => say('Job 41', { media });
    await ada.slash('CNOFILES', 'imagine', 'a fox');
    await seen('CNOFILES', 'The workspace forbids uploads.');
    await vi.waitUntil(() => ada.read('CNOFILES').every((post) => !readPost(post).text.includes('Thinking')), 5_000);
  });

  it('carries pictures in an answer that is no job', async () => {
    const media = [await scripted.picture(), await scripted.picture({ hue: 80 })];
    scripted.script.answer = async () => say('Job 41', { media });
    await ada.slash('C1', 'imagine', 'a fox');
    expect((await seen('C1', 'Job 41')).files).toHaveLength(2);
    await vi.waitUntil(() => ada.read('C1').length === 1, 5_000);
  });
});
