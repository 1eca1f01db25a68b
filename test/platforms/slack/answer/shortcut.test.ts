import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createScriptedBot, paint, type ScriptedBot } from '../../scripted-bot.ts';
import { openSlack } from '../opened.ts';
import { visit } from '../visitor.ts';

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

describe('pictures of a message', () => {
  it('come from a message in a thread by its shortcut and a form', async () => {
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
