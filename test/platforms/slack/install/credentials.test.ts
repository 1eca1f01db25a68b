import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Origin, Receipt } from '../../../../src/chat.ts';
import { systemClock } from '../../../../src/concurrency/clock.ts';
import { UndeliverableError } from '../../../../src/errors/catalogue.ts';
import { manifestScopes, optionalScopes } from '../../../../src/platforms/slack/install/manifest-scopes.ts';
import { credentials, expectNoCredentials } from '../../../security/no-secrets.ts';
import { createScriptedBot, type ScriptedBot } from '../../scripted-bot.ts';
import { freePort } from '../free-port.ts';
import { createTtlStore, openSlack } from '../opened.ts';
import { visit } from '../visitor.ts';

const hour = 3_600_000;
const { slackClientSecret: clientSecret, slackStateSecret: stateSecret, slackTokenKey: tokenKey } = credentials;

let scripted: ScriptedBot;
let open: Awaited<ReturnType<typeof openSlack>>;
let ttlStore: ReturnType<typeof createTtlStore>;
let ahead: number;
let base: string;
let ended: string[];
/** Whether requests for a new token get no answer. */
let isHanging: boolean;

beforeEach(async () => {
  scripted = createScriptedBot();
  ttlStore = createTtlStore();
  ahead = 0;
  ended = [];
  isHanging = false;
  open = await begin('http');
});
afterEach(async () => {
  await open.close();
  expectNoCredentials('the store of installations', [...ttlStore.values]);
});

async function begin(transport: 'http' | 'socket') {
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  return openSlack(scripted.bot, {
    ...(transport === 'http' ? { http: port } : { port }),
    ...{ botToken: undefined, ttlStore, clock: { ...systemClock, now: () => Date.now() + ahead } },
    install: { clientId: '1.2', clientSecret, stateSecret, publicUrl: base, tokenKey },
    removed: async (tenant) => void ended.push(tenant),
    fetch: async (url, init) => {
      if (isHanging && String(url).includes('oauth'))
        await expect.poll(() => isHanging, { timeout: 8_000 }).toBe(false);
      return fetch(url, init);
    },
  });
}

/** Goes through the pages, as a person does who adds the bot to a workspace. */
async function install(owner = 'T1') {
  const page = await fetch(`${base}/slack/install`, { redirect: 'manual' });
  const to = new URL(page.headers.get('location') ?? '');
  const back = `${base}/slack/oauth_redirect?code=${owner}.${randomBytes(4).toString('hex')}&state=${to.searchParams.get('state')}`;
  const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? '';
  return { asked: to.searchParams.get('scope'), done: await fetch(back, { headers: { cookie } }) };
}

const origin: Origin = {
  ...{ platform: 'slack', event: 'e1', tenant: 'T1', locale: 'en', private: false },
  place: { kind: 'channel', channel: 'C1' },
  person: { id: 'UADA', name: 'ada', roles: [], moderator: false },
};
const receipt = (): Receipt => ({
  key: randomBytes(11).toString('hex'),
  attempt: 1,
  notes: {},
  note: async () => undefined,
});
const post = (tenant = 'T1') =>
  open.platform.post({ ...origin, tenant }, { text: 'Here', tone: 'plain' }, receipt(), AbortSignal.timeout(5_000));
const renewals = () => open.slack.calls('oauth.v2.access').filter(({ args }) => args.grant_type === 'refresh_token');

describe('an app for many workspaces', () => {
  it('is installed over its own page, with the manifest’s scopes, and answers there', async () => {
    const { asked, done } = await install();
    expect(done.status).toBe(200);
    expect(asked?.split(',').sort()).toEqual([...manifestScopes, ...optionalScopes].sort());
    await visit(open.slack, 'UADA').slash('C1', 'imagine', 'a fox');
    await vi.waitUntil(() => scripted.runs.length === 1, 5_000);
    await vi.waitUntil(() => open.slack.calls('chat.update').length === 1, 5_000);
  });

  it('keeps its tokens where nobody can read them', async () => {
    await install();
    expect([...ttlStore.values.keys()]).toContain('installation/T1');
    expect(JSON.stringify([...ttlStore.values])).not.toMatch(/xox/);
    expect(open.logged.join()).not.toMatch(/xox|test-client-secret/);
  });

  it('does not take a code that it did not ask for', async () => {
    const done = await fetch(`${base}/slack/oauth_redirect?code=stolen&state=guessed`);
    expect(done.status).toBeGreaterThanOrEqual(400);
    expect([...ttlStore.values.keys()]).toEqual([]);
  });

  it('renews a token before it ends, once, in a process that only posts', async () => {
    await install();
    await post();
    ahead = 11 * hour;
    await open.restart(false);
    await Promise.all([post(), post(), post()]);
    expect(renewals()).toHaveLength(1);
    ahead = 22 * hour;
    await post();
    expect(renewals()).toMatchObject([{ answer: 'ok' }, { answer: 'ok' }]);
  });

  it('acknowledges in time while a token cannot be renewed, and answers afterwards', async () => {
    await install();
    ahead = 11 * hour;
    isHanging = true;
    await visit(open.slack, 'UADA').slash('C1', 'imagine', 'a fox');
    expect(scripted.runs).toEqual([]);
    isHanging = false;
    await vi.waitUntil(() => scripted.runs.length === 1, 5_000);
  });

  it('acknowledges in time while the database does not answer', async () => {
    await install();
    const { get } = ttlStore;
    const waiting: (() => void)[] = [];
    ttlStore.get = (key) => new Promise((resolve) => waiting.push(() => resolve(get(key))));
    await visit(open.slack, 'UADA').slash('C1', 'imagine', 'a fox');
    expect(scripted.runs).toEqual([]);
    ttlStore.get = get;
    for (const go of waiting) go();
    await vi.waitUntil(() => scripted.runs.length === 1, 5_000);
  });

  it('speaks in each workspace with its own token, over Socket Mode as well', async () => {
    await open.close();
    open = await begin('socket');
    for (const team of ['T1', 'T2']) expect((await install(team)).done.status).toBe(200);
    for (const team of ['T2', 'T1']) await visit(open.slack, 'UADA', { team }).slash('C1', 'imagine', `for ${team}`);
    await vi.waitUntil(() => open.slack.calls('chat.update').length === 2, 5_000);
    expect(
      open.slack
        .calls('chat.update')
        .map(({ team }) => team)
        .sort(),
    ).toEqual(['T1', 'T2']);
    expect(scripted.runs.map(({ origin: { tenant }, call }) => call.options.prompt === `for ${tenant}`)).toEqual([
      true,
      true,
    ]);
  });

  it('uses an organisation’s token in all of its workspaces, in any process', async () => {
    await install('E1');
    const at = (team: string) => visit(open.slack, 'UADA', { team, enterprise: 'E1' });
    for (const team of ['T2', 'T3']) await at(team).slash('C1', 'imagine', 'a fox');
    await vi.waitUntil(() => open.slack.calls('chat.update').length === 2, 5_000);
    expect(scripted.runs.map(({ origin: { tenant } }) => tenant).sort()).toEqual(['T2', 'T3']);
    await open.restart(false);
    await post('T2');
    expect(new Set(open.slack.calls('chat.update').map(({ team }) => team))).toEqual(new Set(['E1']));
    await expect(post('T9')).rejects.toBeInstanceOf(UndeliverableError);
  });

  it('ends the work of every workspace of an organisation that removed it', async () => {
    await install('E1');
    const at = (team: string) => visit(open.slack, 'UADA', { team, enterprise: 'E1' });
    for (const team of ['T2', 'T3']) await at(team).slash('C1', 'imagine', 'a fox');
    await vi.waitUntil(() => scripted.runs.length === 2, 5_000);
    await at('T2').event('team_access_revoked', { team_ids: ['T2'] });
    await vi.waitUntil(() => ended.length === 1, 5_000);
    await at('T3').event('app_uninstalled');
    await vi.waitUntil(() => ended.length === 3, 5_000);
    expect(ended).toEqual(['T2', 'E1', 'T3']);
    await expect(post('T3')).rejects.toBeInstanceOf(UndeliverableError);
  });

  it('ends the work of a workspace only when the bot’s token was revoked', async () => {
    await install();
    await visit(open.slack, 'UADA').event('tokens_revoked', { tokens: { oauth: ['UADA'] } });
    await visit(open.slack, 'UADA').event('tokens_revoked', { tokens: { bot: ['UBOT'] } });
    await vi.waitUntil(() => ended.length === 1, 5_000);
    expect(ended).toEqual(['T1']);
    await expect(post()).rejects.toBeInstanceOf(UndeliverableError);
  });

  it('has no place in a workspace that removed it', async () => {
    await install();
    await post();
    await visit(open.slack, 'UADA').event('app_uninstalled');
    await vi.waitUntil(() => ttlStore.values.get('installation/T1') === null, 5_000);
    await expect(post()).rejects.toBeInstanceOf(UndeliverableError);
  });
});
