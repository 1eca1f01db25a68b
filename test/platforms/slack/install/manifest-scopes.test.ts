import { describe, expect, it, vi } from 'vitest';
import { manifestScopes, optionalScopes } from '../../../../src/platforms/slack/install/manifest-scopes.ts';
import { createScriptedBot, paint } from '../../scripted-bot.ts';
import { openSlack } from '../opened.ts';
import { visit } from '../visitor.ts';

/** Does everything that people can do, once each. Returns the scopes that it needed, and whether it worked. */
async function doEverything(scopes: readonly string[]) {
  const scripted = createScriptedBot();
  const open = await openSlack(scripted.bot, { scopes });
  const ada = visit(open.slack, 'UADA');
  const media = [await scripted.picture({ width: 32, height: 24 })];
  scripted.script.answer = async ({ command }) => ({ text: `Made by ${command}`, tone: 'good', media });
  const done = async (what: () => unknown) => Boolean(await vi.waitUntil(what, 1_500).catch(() => false));
  const made = (channel: string, thread?: string) =>
    done(() => ada.read(channel, thread).some(({ files }) => files.length));

  await ada.slash('COPEN', 'imagine', 'a fox');
  const inPublic = await made('COPEN');
  const root = open.slack.workspace.post('C1', { text: 'root' });
  await ada.mention('C1', 'imagine a fox', root.ts);
  const inThread = await made('C1', root.ts);
  await ada.slash('C1', 'imagine', 'a fox --private');
  const inPrivate = await made('DUADA');
  const photo = ada.write('C1', 'look', { files: [ada.attach('fox.png', await paint(40, 30, 200))] });
  await ada.shortcutOn(photo, 'picture:edit:pictures');
  const hasForm = await done(() => open.slack.views.size > 0);
  if (hasForm) await ada.submit([...open.slack.views.keys()].at(-1) ?? '', { prompt: { value: 'night' } });
  const wasRead = await done(() => scripted.runs.some(({ files }) => files.length === 1));
  await ada.event('app_home_opened', { tab: 'home' });
  const hasHome = await done(() => open.slack.homes.size > 0);
  const { person } = scripted.runs[0]?.origin ?? {};
  const needed = open.slack.ledger.flatMap(({ method }) => open.slack.needs(method));
  const missing = open.slack.complaints().filter(({ answer }) => answer === 'missing_scope');
  await open.close();
  return { needed, missing, person, outcome: { inPublic, inThread, inPrivate, hasForm, wasRead, hasHome } };
}

describe('the manifest’s scopes', () => {
  it('are enough for all that the bot does, and each of them is used', async () => {
    const { missing, outcome, needed, person } = await doEverything(manifestScopes);
    expect(missing).toEqual([]);
    expect(Object.values(outcome)).toEqual([true, true, true, true, true, true]);
    expect(person).toMatchObject({ name: 'ada', roles: [] });

    // Every scope is for something: a method that was called, or a kind of event that arrived.
    const used = new Set(['commands', 'app_mentions:read', ...needed]);
    expect([...used].sort()).toEqual([...manifestScopes].sort());
  });

  it('are missed by the fake when one of them was not granted', async () => {
    const { missing, outcome } = await doEverything(manifestScopes.filter((scope) => scope !== 'files:write'));
    expect(missing[0]?.method).toBe('files.getUploadURLExternal');
    expect(outcome.inPublic).toBe(false);
  });

  it('make user groups the roles of a person where they were granted', async () => {
    const scripted = createScriptedBot();
    const open = await openSlack(scripted.bot, { scopes: [...manifestScopes, ...optionalScopes] });
    open.slack.workspace.groups.push({ id: 'S1', users: ['UADA'] }, { id: 'S2', users: ['UBEN'] });
    for (const person of ['UADA', 'UBEN', 'UADA']) await visit(open.slack, person).slash('C1', 'help', '');
    await vi.waitUntil(() => scripted.runs.length === 3, 5_000);
    expect(scripted.runs.map(({ origin }) => origin.person.roles).sort()).toEqual([['S1'], ['S1'], ['S2']]);
    expect(scripted.runs.map(({ origin }) => origin.person.moderator).sort()).toEqual([false, false, true]);
    expect(open.slack.calls('usergroups.list').length).toBe(1);
    await open.close();
  });
});
