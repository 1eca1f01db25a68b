import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createScriptedBot, type ScriptedBot } from '../scripted-bot.ts';
import { send } from './fake-slack.ts';
import { freePort } from './free-port.ts';
import { openSlack } from './opened.ts';
import { visit } from './visitor.ts';
import { readPost } from './workspace.ts';

let scripted: ScriptedBot;
let open: Awaited<ReturnType<typeof openSlack>>;

beforeEach(() => {
  scripted = createScriptedBot();
});
afterEach(() => open.close());

const ada = () => visit(open.slack, 'UADA');
const slash = () =>
  new URLSearchParams({
    ...{ command: '/imagine', text: 'a fox', team_id: 'T1', channel_id: 'C1', user_id: 'UADA', user_name: 'ada' },
    trigger_id: open.slack.trigger(),
  }).toString();
const said = () => open.slack.workspace.posts.map((post) => readPost(post).text);

describe('over HTTP', () => {
  let url: string;
  beforeEach(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}/slack/events`;
    open = await openSlack(scripted.bot, { http: port });
  });

  it('takes commands, forms, buttons and mentions as signed requests', async () => {
    scripted.script.answer = async (call) => ({
      text: `Made ${call.command}`,
      tone: 'good',
      buttons: [{ label: 'Again', call: { command: 'upscale', options: { job: 41 } } }],
    });
    await ada().slash('C1', 'imagine', '');
    const view = await vi.waitUntil(() => [...open.slack.views.keys()][0], 5_000);
    await ada().submit(view, { prompt: { value: 'a fox' } });
    await vi.waitUntil(() => said().some((words) => words.includes('Made imagine')), 5_000);
    await ada().press(ada().find('C1', 'Made imagine'), 'Again');
    await ada().mention('C1', 'upscale 42');
    await vi.waitUntil(() => scripted.runs.length === 3, 5_000);
    expect(scripted.runs.map(({ call }) => call.options.job ?? call.options.prompt)).toEqual(['a fox', 41, '42']);
  });

  it.each([
    { name: 'a wrong signature', forged: { secret: 'guessed' } },
    { name: 'a signature of ten minutes ago', forged: { ageSeconds: 600 } },
    { name: 'no signature', forged: { signed: false } },
  ])('gives nothing for $name', async ({ forged }) => {
    const response = await send(url, slash(), forged);
    expect(response.status).toBe(401);
    expect(await response.text()).toBe('');
    await ada().slash('C1', 'imagine', 'a hare');
    await vi.waitUntil(() => scripted.runs.length === 1, 5_000);
    expect(scripted.runs[0]?.call.options.prompt).toBe('a hare');
  });

  it.each(['ssl_check=1&', 'ssl_check=true&', 'ssl_check=&'])(
    'runs nothing for a request that claims to be a check (%s)',
    async (claim) => {
      const response = await send(url, claim + slash(), { signed: false });
      expect(await response.text()).toBe('');
      await ada().slash('C1', 'imagine', 'a hare');
      await vi.waitUntil(() => scripted.runs.length === 1, 5_000);
      expect(scripted.runs.map(({ call }) => call.options.prompt)).toEqual(['a hare']);
    },
  );
});

describe('over Socket Mode', () => {
  beforeEach(async () => {
    open = await openSlack(scripted.bot);
  });

  it('comes back after it was dropped', async () => {
    for (const line of open.slack.lines) line.drop();
    await vi.waitUntil(() => open.slack.lines.size === 0, 5_000);
    await ada().slash('C1', 'imagine', 'a fox');
    await vi.waitUntil(() => said().some((words) => words.includes('You asked for imagine.')), 5_000);
  });

  it('keeps tokens and reply addresses out of the log', async () => {
    await ada().slash('C1', 'imagine', 'a fox');
    await vi.waitUntil(() => said().some((words) => words.includes('You asked for imagine.')), 5_000);
    expect(open.logged.join()).not.toMatch(/xoxb-|xapp-|\/reply\//);
  });

  it('tells the operator that a token is wrong', async () => {
    await expect(openSlack(scripted.bot, { botToken: 'xoxb-wrong' })).rejects.toThrow('SLACK_BOT_TOKEN');
  });
});
