import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../../../../src/chat.ts';
import { createScriptedBot, paint, type ScriptedBot } from '../../scripted-bot.ts';
import { openSlack } from '../opened.ts';
import { visit } from '../visitor.ts';
import { readPost } from '../workspace.ts';

const say = (text: string, more: Partial<Message> = {}): Message => ({ text, tone: 'plain', ...more });
type Open = Awaited<ReturnType<typeof openSlack>>;

let scripted: ScriptedBot;
let open: Open;
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
  vi.waitUntil(() => {
    try {
      return ada.find(channel, text, thread);
    } catch {
      return undefined;
    }
  }, 5_000);

describe('a slash command', () => {
  it('is read as it was typed, and answered in the place of its acknowledgement', async () => {
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

  it.each(['CSECRET', 'DTWO'])(
    'says in %s, where the bot is not, how to be answered, and does so directly if asked',
    async (channel) => {
      await ada.slash(channel, 'imagine', 'a fox');
      const note = await seen(channel, 'Invite me');
      expect(scripted.runs).toEqual([]);
      expect(note.onlyFor).toBe('UADA');
      await ada.press(note, 'Send it to me directly');
      expect((await run()).origin.place).toEqual({ kind: 'direct' });
      await seen('DUADA', 'You asked for imagine.');
    },
  );

  it('says that a channel is archived, and runs nothing', async () => {
    await ada.slash('COLD', 'imagine', 'a fox');
    await seen('COLD', 'archived');
    expect(scripted.runs).toEqual([]);
  });

  it('shows errors to the person who asked only, and leaves nothing behind', async () => {
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

  it('takes a public acknowledgement away when its answer turns out private, and tells the bot the other place', async () => {
    scripted.script.answer = async () => say('On its way', { private: true, job: 7 });
    await ada.slash('C1', 'imagine', 'a fox');
    await seen('DUADA', 'On its way');
    await seen('C1', 'You find it in our direct messages.');
    expect(scripted.shown).toMatchObject([{ job: 7, ref: { channel: 'DUADA' } }]);
    expect(scripted.runs[0]?.origin.ack?.channel).toBe('C1');
    expect(visit(open.slack, 'UBEN').read('C1')).toEqual([]);
  });

  it('answers privately when a button on a public message of somebody else asks for what is private', async () => {
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

describe('a form', () => {
  it('opens for a bare command, and makes a call of what is filled in', async () => {
    await ada.slash('C1', 'imagine', '');
    const id = await view();
    expect(await ada.submit(id, { prompt: { value: 'a red fox' }, count: { value: '3' } })).toEqual({});
    const { call, origin } = await run();
    expect(call.options).toMatchObject({ prompt: 'a red fox', count: '3' });
    expect(origin.place).toEqual({ kind: 'channel', channel: 'C1' });
    await seen('C1', 'You asked for imagine.');
  });

  it('opens once when Slack sends the command twice, and nobody is troubled', async () => {
    const trigger_id = open.slack.trigger();
    await ada.slash('C1', 'imagine', '', { trigger_id });
    await view();
    await ada.slash('C1', 'imagine', '', { trigger_id });
    await ada.slash('C1', 'help', '');
    await run();
    expect(open.slack.views.size).toBe(1);
    expect(ada.read('C1').filter((post) => readPost(post).text.includes('in time'))).toEqual([]);
  });

  it('is offered again when it came too late to open', async () => {
    open.slack.faults.push({ method: 'views.open', what: { code: 'expired_trigger_id' } });
    await ada.slash('C1', 'imagine', '');
    await ada.press(await seen('C1', 'did not open in time'), 'Open it');
    await view();
  });

  it('says at the field what is wrong', async () => {
    await ada.slash('C1', 'imagine', '');
    const answer = await ada.submit(await view(), { prompt: { value: 'a fox' }, count: { value: '9' } });
    expect(answer).toEqual({ response_action: 'errors', errors: { count: 'From 1 to 4.' } });
    expect(scripted.runs).toEqual([]);
  });

  it('hands over pictures with their bytes', async () => {
    const bytes = await paint(40, 30, 10);
    await ada.slash('C1', 'edit', '');
    const file = ada.fileOf(ada.attach('mine.png', bytes));
    await ada.submit(await view(), { pictures: { files: [file] }, prompt: { value: 'make it night' } });
    const { files } = await run();
    expect(files).toMatchObject([{ name: 'mine.png' }]);
    expect(Buffer.from(files[0]?.bytes ?? []).equals(bytes)).toBe(true);
  });

  it('opens in time even if it is slow to be made', async () => {
    const { form } = scripted.bot;
    scripted.bot.form = async (...given) => {
      await new Promise((resolve) => setTimeout(resolve, 900));
      return form(...given);
    };
    await ada.slash('C1', 'imagine', '');
    const id = await view();
    await vi.waitUntil(() => JSON.stringify(open.slack.views.get(id)).includes('Prompt'), 5_000);
  });

  it('offers suggestions, and what was typed', async () => {
    await ada.slash('C1', 'imagine', '');
    const found = await ada.suggest('suggest:imagine:look', 'film', await view());
    expect(found).toMatchObject({ options: [{ value: 'Film still' }, { value: 'film' }] });
  });

  it('is too old when its draft is gone', async () => {
    await ada.slash('C1', 'imagine', '');
    const id = await view();
    const made = open.slack.views.get(id);
    open.slack.views.set(id, { ...made, private_metadata: 'nothing' });
    const answer = await ada.submit(id, { prompt: { value: 'a fox' } });
    expect(JSON.stringify(answer)).toContain('too old');
  });

  it('opens from nowhere, and asks where the result goes', async () => {
    await ada.shortcut('create:imagine');
    await ada.submit(await view(), { prompt: { value: 'a fox' }, where_to: { selected_conversation: 'C1' } });
    expect((await run()).origin.place).toEqual({ kind: 'channel', channel: 'C1' });
  });
});

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

describe('pictures that are there already', () => {
  it('are taken from a message by its shortcut, in a thread too, with a form in between', async () => {
    const bytes = await paint(40, 30, 200);
    const root = open.slack.workspace.post('C1', { text: 'root' });
    const post = ada.write('C1', 'look', { files: [ada.attach('fox.png', bytes)], thread: root.ts });
    await ada.shortcutOn(post, 'picture:edit:pictures');
    await ada.submit(await view(), { prompt: { value: 'make it night' } });
    const { files, origin } = await run();
    expect(Buffer.from(files[0]?.bytes ?? []).equals(bytes)).toBe(true);
    expect(origin.place).toEqual({ kind: 'channel', channel: 'C1', thread: root.ts });
  });

  it('are missed where there are none', async () => {
    await ada.shortcutOn(ada.write('C1', 'only words'), 'picture:edit:pictures');
    await seen('C1', 'There is no picture');
  });

  it('come with a mention', async () => {
    const bytes = await paint(40, 30, 90);
    await ada.mention('C1', 'edit make it night', undefined, [ada.attach('fox.png', bytes)]);
    const { call, files } = await run();
    expect(call.options.prompt).toBe('make it night');
    expect(Buffer.from(files[0]?.bytes ?? []).equals(bytes)).toBe(true);
  });
});

describe('the connection', () => {
  it('comes back after it was dropped', async () => {
    for (const line of open.slack.lines) line.drop();
    await vi.waitUntil(() => open.slack.lines.size === 0, 5_000);
    await ada.slash('C1', 'imagine', 'a fox');
    await seen('C1', 'You asked for imagine.');
  });

  it('keeps tokens and reply addresses out of the log', async () => {
    await ada.slash('C1', 'imagine', 'a fox');
    await seen('C1', 'You asked for imagine.');
    expect(open.logged.join()).not.toMatch(/xoxb-|xapp-|\/reply\//);
  });

  it('tells the operator that a token is wrong', async () => {
    await expect(openSlack(scripted.bot, { botToken: 'xoxb-wrong' })).rejects.toThrow('SLACK_BOT_TOKEN');
  });
});

it('shows the words of a message as blocks that say the same as its text', async () => {
  scripted.script.answer = async () =>
    say('**Done** with `care`', { quote: '*a* <fox>', facts: [{ label: 'model', value: 'x' }] });
  await ada.slash('C1', 'imagine', 'a fox');
  const post = await seen('C1', 'Done with care');
  expect(readPost(post).text).toContain('*a* <fox>');
  expect(post.text).toContain('*a* &lt;fox&gt;');
});
