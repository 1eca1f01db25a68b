import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createScriptedBot, type ScriptedBot, scriptedSheets } from '../../scripted-bot.ts';
import { openSlack } from '../opened.ts';
import { visit } from '../visitor.ts';

let scripted: ScriptedBot;
let open: Awaited<ReturnType<typeof openSlack>>;
const ended: string[] = [];

beforeEach(async () => {
  scripted = createScriptedBot();
  const mine = { description: '', group: 'Your work', example: '', fields: [] };
  scripted.bot.sheets = [...scriptedSheets, { ...mine, name: 'jobs' }, { ...mine, name: 'budget' }];
  scripted.bot.sheets.push({ ...mine, name: 'settings show', moderators: true });
  const removed = async (tenant: string) => void ended.push(tenant);
  open = await openSlack(scripted.bot, { removed });
});
afterEach(() => open.close());

describe('the app’s own page', () => {
  it('shows what somebody can make and has, with buttons that work', async () => {
    const buttons = [{ label: 'Show 41', call: { command: 'upscale', options: { job: 41 } } }];
    scripted.script.answer = async ({ command }) => ({ text: `Answer to ${command}`, tone: 'plain', buttons });
    await visit(open.slack, 'UADA').event('app_home_opened', { tab: 'home' });
    const home = await vi.waitUntil(() => open.slack.homes.get('UADA'), 5_000);
    const drawn = JSON.stringify(home);
    for (const words of ['Make something', 'Answer to jobs', 'Answer to budget']) expect(drawn).toContain(words);
    expect(scripted.runs.map(({ origin }) => origin.private)).toEqual([true, true]);

    await visit(open.slack, 'UADA').pressAtHome('Show 41');
    const { call, origin } = await vi.waitUntil(() => scripted.runs[2], 5_000);
    expect(call).toEqual({ command: 'upscale', options: { job: 41 } });
    expect(origin.place).toEqual({ kind: 'direct' });
  });

  it('shows the settings only to those who run the workspace', async () => {
    scripted.script.answer = async ({ command }) => ({ text: `Answer to ${command}`, tone: 'plain' });
    for (const person of ['UADA', 'UBEN']) await visit(open.slack, person).event('app_home_opened', { tab: 'home' });
    await vi.waitUntil(() => open.slack.homes.size === 2, 5_000);
    const sees = (person: string) => JSON.stringify(open.slack.homes.get(person)).includes('Answer to settings show');
    expect([sees('UADA'), sees('UBEN')]).toEqual([false, true]);
  });

  it('leaves the tab with the messages alone', async () => {
    await visit(open.slack, 'UADA').event('app_home_opened', { tab: 'messages' });
    await visit(open.slack, 'UBEN').event('app_home_opened', { tab: 'home' });
    await vi.waitUntil(() => open.slack.homes.get('UBEN'), 5_000);
    expect(open.slack.homes.get('UADA')).toBeUndefined();
  });

  it('ends the work of a workspace only when the bot’s own token is gone', async () => {
    await visit(open.slack, 'UADA').event('tokens_revoked', { tokens: { oauth: ['UADA'] } });
    await visit(open.slack, 'UADA').event('app_uninstalled');
    await vi.waitUntil(() => ended.length > 0, 5_000);
    expect(ended).toEqual(['T1']);
  });
});
