import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../../../src/chat.ts';
import { openTestDatabase } from '../../db/engine.ts';
import { createScriptedBot, paint, type ScriptedBot } from '../scripted-bot.ts';
import { openPlayground } from './opened.ts';

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
const texts = async (person: string, thread?: number) =>
  (await open.visitor(person).read(channel, thread)).map(({ text, message }) => message?.text ?? text);
const answered = (text: string, person = 'ada') =>
  vi.waitFor(async () => expect(await texts(person)).toContain(text), { timeout: 5000, interval: 20 });

describe('a call', () => {
  it('shows the line and a placeholder at once, and the answer in its place', async () => {
    let answer: (message: Message) => void = () => {};
    scripted.script.answer = () => new Promise((resolve) => (answer = resolve));
    const response = await open.visitor('ada').call(channel, { line: '/imagine a lighthouse ratio:16:9' });
    expect(response.status).toBe(202);
    expect(await texts('ben')).toEqual(['/imagine prompt:a lighthouse ratio:16:9', 'Thinking…']);
    answer({ text: 'Done', tone: 'good' });
    await answered('Done');
    expect(await texts('ben')).toEqual(['/imagine prompt:a lighthouse ratio:16:9', 'Done']);
  });

  it('is done once when its request is repeated, even at the same time', async () => {
    const ada = open.visitor('ada');
    const again = () => ada.call(channel, { line: '/imagine a cat' }, { event: 'the-same-event' });
    const responses = await Promise.all([again(), again(), again()]);
    expect(responses.map(({ status }) => status)).toEqual([202, 202, 202]);
    await again();
    await answered('You asked for **imagine**.');
    expect(await texts('ada')).toHaveLength(2);
    expect(scripted.runs).toHaveLength(1);
  });

  it('has the person, the place and the largest file', async () => {
    await open
      .visitor('cleo')
      .call(channel, { command: 'imagine', options: { prompt: 'x' } }, { event: 'event-of-cleo' });
    await answered('You asked for **imagine**.');
    expect(scripted.runs[0]?.origin).toEqual({
      platform: 'playground',
      event: 'event-of-cleo',
      tenant: 'playground',
      place: { kind: 'channel', channel },
      person: { id: 'cleo', name: 'Cleo', roles: ['moderators'], moderator: true },
      locale: 'en',
      private: false,
      uploadLimit: 100_000_000,
      // The place of the answer, so that a result finds it even when the process dies first.
      ack: { platform: 'playground', channel, id: expect.stringMatching(/^\d+$/), data: null },
    });
  });

  it('is answered with a form while an option is missing', async () => {
    const response = await open.visitor('ada').call(channel, { line: '/imagine ratio:16:9' });
    expect(await response.json()).toMatchObject({ form: { title: '/imagine', call: { options: { ratio: '16:9' } } } });
    expect(await texts('ada')).toEqual([]);
  });

  it('has files under the name of their option, beside earlier pictures', async () => {
    const bytes = new Uint8Array(await paint(20, 20, 10));
    const files = { pictures: new File([bytes], 'cat.png', { type: 'image/png' }) };
    await open.visitor('ada').call(channel, { line: '/edit pictures:41/2 prompt:night' }, { files });
    await answered('You asked for **edit**.');
    expect(scripted.runs[0]?.call.options.pictures).toMatchObject(['41/2', { name: 'cat.png', bytes: bytes.length }]);
    expect(scripted.runs[0]?.files[0]?.bytes).toEqual(bytes);
    expect((await texts('ada'))[0]).toBe('/edit pictures:41/2, cat.png prompt:night');
  });

  it('hides the question when its answer is private', async () => {
    scripted.script.answer = async () => ({ text: 'No such job.', tone: 'bad', private: true });
    await open.visitor('ada').call(channel, { line: '/upscale 12' });
    await answered('No such job.');
    expect(await texts('ben')).toEqual([]);
    expect((await open.visitor('ada').read(channel)).map((view) => view.private)).toEqual([true, true]);
  });

  it('stays in its thread, whose first message counts the replies', async () => {
    await open.visitor('ben').write(channel, 'A thread?');
    const [root] = await open.visitor('ben').read(channel);
    await open.visitor('ada').call(channel, { line: '/imagine x' }, { thread: root?.id });
    await vi.waitFor(async () => expect(await texts('ben', root?.id)).toContain('You asked for **imagine**.'), 5000);
    expect(await open.visitor('ben').read(channel)).toMatchObject([{ text: 'A thread?', replies: 2 }]);
  });

  it('shows direct messages only to their person', async () => {
    await open.visitor('ada').call('dm:ada', { line: '/imagine x' });
    await vi.waitFor(() => expect(scripted.runs).toHaveLength(1), 5000);
    expect(scripted.runs[0]?.origin.place).toEqual({ kind: 'direct' });
    expect((await open.visitor('ben').call('dm:ada', { line: '/imagine x' })).status).toBe(404);
    await expect(open.visitor('ben').read('dm:ada')).rejects.toThrow('404 There is no such channel.');
  });

  it('that a restart cut off says so, unless it stands for a job', async () => {
    await open.history.add([
      { channel, text: '', message: { text: 'Thinking…', tone: 'working' } },
      { channel, text: '', message: { text: 'In line', tone: 'working', job: 41 } },
    ]);
    await open.again();
    const [first, second] = await texts('ada');
    expect(first).toMatch(/^The bot was restarted/);
    expect(second).toBe('In line');
  });
});

describe('progress and results', () => {
  it('never replace a result by progress', async () => {
    scripted.script.answer = async () => ({ text: 'In line', tone: 'working', job: 7 });
    await open.visitor('ada').call(channel, { line: '/imagine x' });
    await vi.waitFor(() => expect(scripted.shown).toHaveLength(1), 5000);
    const [origin, ref] = [scripted.runs[0]?.origin, scripted.shown[0]?.ref];
    if (!origin || !ref) return expect.fail();
    const receipt = { key: 'k'.repeat(22), attempt: 1, replaces: ref, notes: {}, note: async () => {} };
    await open.platform.post(origin, { text: 'The result', tone: 'good' }, receipt, AbortSignal.timeout(5000));
    await open.platform.edit(ref, { text: 'Still at it', tone: 'working' }, AbortSignal.timeout(5000));
    expect(await texts('ada')).toEqual(['/imagine prompt:x', 'The result']);
  });

  it('post a result anew when its placeholder was deleted', async () => {
    scripted.script.answer = async () => ({ text: 'In line', tone: 'working', job: 7 });
    await open.visitor('ada').call(channel, { line: '/imagine x' });
    await vi.waitFor(() => expect(scripted.shown).toHaveLength(1), 5000);
    const [origin, ref] = [scripted.runs[0]?.origin, scripted.shown[0]?.ref];
    if (!origin || !ref) return expect.fail();
    await fetch(`${open.url()}/api/messages/${ref.id}?person=cleo`, { method: 'DELETE' });
    const receipt = { key: 'k'.repeat(22), attempt: 1, replaces: ref, notes: {}, note: async () => {} };
    await open.platform.post(origin, { text: 'The result', tone: 'good' }, receipt, AbortSignal.timeout(5000));
    expect(await texts('ben')).toEqual(['/imagine prompt:x', 'The result']);
  });
});
