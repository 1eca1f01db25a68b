import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createScriptedBot, paint, type ScriptedBot } from '../../scripted-bot.ts';
import { openSlack } from '../opened.ts';
import { visit } from '../visitor.ts';

let scripted: ScriptedBot;
let open: Awaited<ReturnType<typeof openSlack>>;
let ada: ReturnType<typeof visit>;
const troubles: string[] = [];

beforeAll(async () => {
  scripted = createScriptedBot();
  const { run } = scripted.bot;
  scripted.bot.run = (call, origin) =>
    run(call, origin).catch((error: Error) => {
      troubles.push(error.message);
      return { text: error.message, tone: 'bad', private: true };
    });
  open = await openSlack(scripted.bot);
  ada = visit(open.slack, 'UADA');
});
afterAll(() => open.close());
beforeEach(() => {
  scripted.runs.length = 0;
  troubles.length = 0;
  open.slack.views.clear();
});

const picture = async (hue: number) => {
  const bytes = await paint(40, 30, hue);
  return { bytes, id: ada.attach(`fox${hue}.png`, bytes) };
};
const run = () => vi.waitUntil(() => scripted.runs[0], 5_000);

describe('an attached file', () => {
  it('is downloaded with the token, which stays out of the log', async () => {
    const { bytes, id } = await picture(1);
    await ada.mention('C1', 'edit night', undefined, [id]);
    expect(Buffer.from((await run()).files[0]?.bytes ?? []).equals(bytes)).toBe(true);
    expect(open.logged.join()).not.toContain('xoxb');
  });

  it('is not readable when Slack shows a page for signing in', async () => {
    const { id } = await picture(2);
    const file = open.slack.workspace.uploads.get(id) ?? expect.fail('no file');
    const mention = ada.mention('C1', 'edit night', undefined, [id]);
    file.state = 'deleted';
    await mention;
    await vi.waitUntil(() => troubles.length, 5_000);
    expect(troubles).toEqual(['Slack does not let the bot read this file.']);
  });

  it('of another company is looked up by its id', async () => {
    const { bytes, id } = await picture(3);
    const post = ada.write('C1', 'look', { files: [id] });
    const { fileOf } = ada;
    const hidden = { ...fileOf(id), mimetype: undefined, url_private: undefined, url_private_download: undefined };
    await ada.shortcutOn(post, 'picture:edit:pictures', [{ ...hidden, file_access: 'check_file_info' }]);
    const view = await vi.waitUntil(() => [...open.slack.views.keys()].at(-1), 5_000);
    await ada.submit(view, { prompt: { value: 'night' } });
    expect(Buffer.from((await run()).files[0]?.bytes ?? []).equals(bytes)).toBe(true);
  });

  it('may be an address, as Slack writes addresses', async () => {
    await ada.slash('C1', 'edit', 'night --pictures <https://example.org/a.png?b=1&amp;c=2>');
    expect((await run()).call.options).toEqual({ prompt: 'night', pictures: ['https://example.org/a.png?b=1&c=2'] });
  });

  it('at an address outside of Slack is refused', async () => {
    const { id } = await picture(4);
    const post = ada.write('C1', 'look', { files: [id] });
    await ada.shortcutOn(post, 'picture:edit:pictures', [
      { ...ada.fileOf(id), url_private: undefined, url_private_download: 'https://evil.example/steal' },
    ]);
    const view = await vi.waitUntil(() => [...open.slack.views.keys()].at(-1), 5_000);
    await ada.submit(view, { prompt: { value: 'night' } });
    await vi.waitUntil(() => troubles.length, 5_000);
    expect(troubles).toEqual(['Slack does not say where the file is.']);
  });
});
