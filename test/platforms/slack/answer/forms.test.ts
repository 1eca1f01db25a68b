import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createScriptedBot, paint, type ScriptedBot } from '../../scripted-bot.ts';
import { openSlack } from '../opened.ts';
import { visit } from '../visitor.ts';
import { readPost } from '../workspace.ts';

let scripted: ScriptedBot;
let open: Awaited<ReturnType<typeof openSlack>>;
let ada: ReturnType<typeof visit>;

beforeEach(async () => {
  scripted = createScriptedBot();
  open = await openSlack(scripted.bot);
  ada = visit(open.slack, 'UADA');
});
afterEach(() => open.close());

const run = () => vi.waitUntil(() => scripted.runs[0], 5_000);
const view = () => vi.waitUntil(() => [...open.slack.views.keys()].at(-1), 5_000);
const seen = (channel: string, text: string) =>
  vi.waitFor(() => ada.find(channel, text), { timeout: 5_000, interval: 10 });

type Drawn = {
  block_id: string;
  element: { action_id: string; options?: { value: string }[]; initial_value?: string };
};
const blocks = (id: string) => (open.slack.views.get(id)?.blocks ?? []) as Drawn[];
const names = (id: string) => blocks(id).map(({ block_id }) => block_id);
const drawings = () => open.slack.calls('views.update').length;

/** Opens the form of a command. Returns the id of its view. */
async function openedView(text = '') {
  await ada.slash('C1', 'imagine', text);
  return view();
}

const look = (value: string) => ({ look: { selected_option: { value } } });
/** Chooses a look, and waits until the form is drawn anew. `Line drawing` has one ratio and no count. */
async function choose(id: string, value: string, filled = {}, more = {}) {
  const before = drawings();
  await ada.choose(id, { ...look(value), ...filled }, more);
  await vi.waitUntil(() => drawings() > before, 5_000);
}

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

  it('opens once when Slack sends the command twice, without a word about it', async () => {
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

  it('opens in time even if the bot takes long to make it', async () => {
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

describe('a form with a field that others follow', () => {
  it('drops what does not fit a new choice, and keeps what was typed', async () => {
    const id = await openedView();
    expect(names(id)).toEqual(['prompt', 'ratio', 'count', 'look', 'private']);
    await choose(id, 'Line drawing', { prompt: { value: 'a red fox' }, count: { value: '3' } });
    await vi.waitUntil(() => !names(id).includes('count'), 5_000);
    expect(names(id)).toEqual(['prompt', 'ratio~2', 'look', 'private']);
    expect(blocks(id)[0]?.element.initial_value).toBe('a red fox');
    expect(blocks(id)[1]?.element.options?.map(({ value }) => value)).toEqual(['1:1']);
    expect(await ada.submit(id, {})).toEqual({});
    const { call } = await vi.waitUntil(() => scripted.runs[0], 5_000);
    expect(call.options).toEqual({ prompt: 'a red fox', look: 'Line drawing' });
  });

  it('gets its fields back with another choice', async () => {
    const id = await openedView('--count 3');
    await choose(id, 'Line drawing');
    await vi.waitUntil(() => !names(id).includes('count'), 5_000);
    await choose(id, 'Watercolour', { prompt: { value: 'a fox' }, 'ratio~2': { selected_option: { value: '1:1' } } });
    await vi.waitUntil(() => names(id).includes('count~3'), 5_000);
    expect(names(id)).toEqual(['prompt', 'ratio~3', 'count~3', 'look', 'private']);
    expect(await ada.submit(id, { 'count~3': { value: '9' } })).toEqual({
      response_action: 'errors',
      errors: { 'count~3': 'From 1 to 4.' },
    });
    await ada.submit(id, { 'count~3': { value: '2' } });
    const { call } = await vi.waitUntil(() => scripted.runs[0], 5_000);
    expect(call.options).toEqual({ prompt: 'a fox', look: 'Watercolour', ratio: '1:1', count: '2' });
  });

  it('shows the newest choice, although the view had changed when it was made', async () => {
    const id = await openedView();
    await choose(id, 'Line drawing', {}, { hash: 'of another drawing' });
    await vi.waitUntil(() => !names(id).includes('count'), 5_000);
    expect(open.slack.calls('views.update').map(({ answer }) => answer)).toEqual(['hash_conflict', 'ok']);
  });

  it('stays as it is when its draft is gone', async () => {
    const id = await openedView();
    await ada.choose(id, look('Line drawing'), { private_metadata: 'nothing' });
    await ada.slash('C1', 'help', '');
    await vi.waitUntil(() => scripted.runs.length > 0, 5_000);
    expect(names(id)).toContain('count');
  });

  it('keeps files whose field is drawn anew, once each', async () => {
    const { narrow } = scripted.bot;
    scripted.bot.narrow = (form) => ({
      ...narrow(form),
      fields: form.fields.map((field) => {
        if (field.name === 'prompt') return { ...field, suggests: true, reshapes: true as const };
        return field.name === 'pictures' && form.call.options.prompt ? { ...field, max: 2 } : field;
      }),
    });
    const bytes = await paint(40, 30, 10);
    await ada.slash('C1', 'edit', '');
    const id = await vi.waitUntil(() => [...open.slack.views.keys()].at(-1), 5_000);
    const file = ada.fileOf(ada.attach('mine.png', bytes));
    await ada.choose(id, { pictures: { files: [file] }, prompt: { selected_option: { value: 'make it night' } } });
    await vi.waitUntil(() => names(id).includes('pictures~2'), 5_000);
    expect(JSON.stringify(blocks(id))).toContain('One picture is already there as pictures.');
    await ada.submit(id, { 'pictures~2': { files: [file] } });
    const { files, call } = await vi.waitUntil(() => scripted.runs[0], 5_000);
    expect(files.map(({ name }) => name)).toEqual(['mine.png']);
    expect(call.options.prompt).toBe('make it night');
  });
});
