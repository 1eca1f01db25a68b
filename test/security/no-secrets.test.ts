/** The search for secrets in everything that the tests write finds them, wherever they are. */
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/concurrency/clock.ts';
import { createTtlStore } from '../../src/db/ttl-store.ts';
import { openTestDatabase } from '../db/engine.ts';
import { openFake as openFakeDiscord } from '../platforms/discord/fake-discord.ts';
import { openDiscord } from '../platforms/discord/opened.ts';
import { createScriptedBot } from '../platforms/scripted-bot.ts';
import { openFake as openFakeSlack, send } from '../platforms/slack/fake-slack.ts';
import { openSlack } from '../platforms/slack/opened.ts';
import { credentials, expectNoCredentials, expectNoSecretRows, expectNoSecrets } from './no-secrets.ts';

const replyAddress = 'http://127.0.0.1:1/reply/0b0e7d1c-3f5a-4b0e-9d43-0123456789ab';
const interaction = 'token-1180000000000000001';

describe('a written secret', () => {
  it.each(Object.entries(credentials))('is found plain, in an address, in JSON and in base64: %s', (name, secret) => {
    const spellings = [
      secret,
      encodeURIComponent(secret),
      JSON.stringify({ a: [secret] }),
      secret.replaceAll('/', '\\/'),
    ];
    for (const text of [...spellings, Buffer.from(secret).toString('base64')])
      expect(() => expectNoSecrets('a place', `before ${text} after`)).toThrow(`${name} is in a place: …before`);
  });

  it('is found when a fake handed it out', () => {
    for (const token of ['xoxe.xoxb-T1.3', 'xoxe-E1.2', interaction, replyAddress])
      expect(() => expectNoSecrets('a place', { deep: [token] })).toThrow('a token is in a place');
    expect(() => expectNoCredentials('a place', [interaction, replyAddress])).not.toThrow();
    expect(() => expectNoSecrets('a place', 'xoxb-, token-1, /reply/ and key are words')).not.toThrow();
  });

  it('is found when a test database closes, which is emptied all the same', async () => {
    const db = await openTestDatabase();
    await createTtlStore(db).put('a note', { deep: [`Bearer ${credentials.keyOfWorlds}`] }, 1_000);
    await expect(db.close()).rejects.toThrow('keyOfWorlds is in the table drafts');
    const next = await openTestDatabase();
    expect(await next.run(sql`select 1 from drafts`)).toEqual([]);
    await next.close();
  });

  it('is found in every column that no answer needs', async () => {
    const rows = (name: string, row: object) => async (statement: string) =>
      statement.includes('pg_tables') ? [{ name }] : [{ name, row: JSON.stringify(row) }];
    const origin = { reply: { token: interaction } };
    await expectNoSecretRows(rows('jobs', { id: 1, origin, ack: { data: { token: interaction } } }));
    await expect(expectNoSecretRows(rows('jobs', { id: 1, origin, failure: interaction }))).rejects.toThrow(
      'table jobs',
    );
    await expectNoSecretRows(rows('drafts', { key: 'form/1', content: { respond: replyAddress } }));
    const call = { key: 'call/1', content: { respond: replyAddress } };
    await expect(expectNoSecretRows(rows('drafts', call))).rejects.toThrow('the table drafts');
    await expect(expectNoSecretRows(rows('media', { id: 1, origin }))).rejects.toThrow('the table media');
    const token = credentials.discordToken;
    await expect(expectNoSecretRows(rows('jobs', { origin: { reply: { token } } }))).rejects.toThrow('discordToken');
  });

  it('is found in a call to Slack', async () => {
    const fake = await openFakeSlack([]);
    const said = new URLSearchParams({ channel: 'C1', text: `the key is ${credentials.keyOfSandboxes}` });
    await send(`${fake.url()}/api/chat.postMessage`, said.toString(), { signed: false });
    await expect(fake.close()).rejects.toThrow('keyOfSandboxes is in a call of Slack’s chat.postMessage');
  });

  it('is found in a message on Slack', async () => {
    const fake = await openFakeSlack([]);
    fake.workspace.post('C1', { text: `answer at ${replyAddress}` });
    await expect(fake.close()).rejects.toThrow('a token is in a message on Slack');
  });

  it('is found in a call to Discord, except in the address of an interaction', async () => {
    const fake = await openFakeDiscord(systemClock);
    const tell = (path: string, body: object) =>
      fetch(`${fake.apiUrl}/v10${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
        signal: AbortSignal.timeout(5_000),
      });
    await tell(`/webhooks/1/${interaction}`, { content: 'fine' });
    await tell('/channels/1/messages', { content: `answer with ${interaction}` });
    await expect(fake.close()).rejects.toThrow('a token is in the body of POST to Discord');
  });

  it('is found in the log and the entries beside an adapter', async () => {
    const discord = await openDiscord(createScriptedBot().bot);
    discord.logged.push(`{"token":"${credentials.discordToken}"}`);
    await expect(discord.close()).rejects.toThrow('discordToken is in the log beside Discord');
    const slack = await openSlack(createScriptedBot().bot);
    slack.ttlStore.values.set('installation/T1', { token: 'xoxe.xoxb-T1.1' });
    await expect(slack.close()).rejects.toThrow('a token is in the drafts beside Slack');
  });
});
