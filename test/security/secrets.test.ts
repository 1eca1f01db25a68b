/** No credential leaves the bot in any direction, even when everything around it fails. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import type { Platform, PlatformFacts, PlatformName } from '../../src/chat.ts';
import { commands } from '../../src/commands/index.ts';
import { createBot } from '../../src/commands/kit/bot.ts';
import { views } from '../../src/commands/views.ts';
import { systemClock as clock } from '../../src/concurrency/clock.ts';
import { openPostgres } from '../../src/db/engines/postgres.ts';
import { createTtlStore } from '../../src/db/ttl-store.ts';
import { logTo } from '../../src/log.ts';
import { createOperatorServer } from '../../src/ops/health.ts';
import { createCatalogue } from '../../src/photogpt/models/catalogue.ts';
import { discordFacts } from '../../src/platforms/discord/facts.ts';
import { slackFacts } from '../../src/platforms/slack/facts.ts';
import { createSandbox } from '../../src/sandbox/server.ts';
import { openDoor } from '../db/door.ts';
import { openDiscord } from '../platforms/discord/opened.ts';
import { freePort } from '../platforms/slack/free-port.ts';
import { openSlack } from '../platforms/slack/opened.ts';
import { visit } from '../platforms/slack/visitor.ts';
import { readPost } from '../platforms/slack/workspace.ts';
import { credentials, expectNoSecretRows, expectNoSecrets } from './no-secrets.ts';

const apiKey = credentials.keyWithSigns;

const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});
const later = { timeout: 20_000, interval: 25 };

it('no secret is in a log, a row, a message, the metrics or an answer to an operator', {
  timeout: 60_000,
}, async () => {
  // This log has no list of words to hide.
  const logged: string[] = [];
  const log = logTo({ write: (line) => void logged.push(line) }, 'trace');
  const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-secrets-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const door = await openDoor();
  closing.push(door.close);
  const db = await openPostgres(door.url, undefined, { statementTimeoutMs: 4_000 });
  closing.push(db.close);
  const sandbox = createSandbox({
    clock,
    keys: [{ key: apiKey, credits: 1e6 }],
    speed: 40,
    guesses: { smallestSide: 64, largestSide: 128, drawsAhead: false, framesPerSecond: 2 },
  });
  await sandbox.start();
  closing.push(sandbox.stop);

  const adapters = new Map<PlatformName, Platform<never>>();
  const late = (name: PlatformName, facts: PlatformFacts): Platform<never> => ({
    name,
    facts,
    start: async () => {},
    stop: async () => {},
    post: (...given) => adapters.get(name)?.post(...given) ?? Promise.reject(new Error('not there yet')),
    edit: (...given) => adapters.get(name)?.edit(...given) ?? Promise.reject(new Error('not there yet')),
  });
  const { app, pipeline, metrics, close } = createApp({
    photogpt: { key: apiKey, url: sandbox.url, exclusive: true },
    catalogue: createCatalogue(),
    db,
    folder,
    views,
    maxOpen: 20,
    loopbackResults: true,
    version: '0.0.0',
    platforms: [late('discord', discordFacts), late('slack', slackFacts)],
    fetch,
    clock,
    random: Math.random,
    log,
  });
  closing.push(close);
  const bot = createBot(app, commands);
  const ttlStore = createTtlStore(db);
  const discord = await openDiscord(bot, { ttlStore, log });
  closing.push(discord.close);
  const slack = await openSlack(bot, { ttlStore, log, http: await freePort() });
  closing.push(slack.close);
  adapters.set('discord', discord.platform as Platform<never>);
  adapters.set('slack', slack.platform as Platform<never>);
  const operator = createOperatorServer({
    host: '127.0.0.1',
    port: 0,
    metrics,
    clock,
    log,
    checks: [{ name: 'database', holds: db.answers }],
  });
  const address = await operator.start();
  closing.push(operator.stop);
  await pipeline.start();
  closing.push(pipeline.stop);

  // PhotoGPT, its proxy and a network that breaks echo the requests that they got.
  const { faults } = sandbox;
  const echo = (status: number, body: string) =>
    faults.add({ match: { operation: 'generateImage' }, fault: { answer: { status, body } }, times: 1 });
  echo(401, JSON.stringify({ status: 'NOK', message: `no key like Bearer ${apiKey}`, err: apiKey }));

  const ada = visit(slack.slack, 'UADA');
  const { general } = discord.channels;
  const texts = () => discord.ada.see(general).map((post) => JSON.stringify(post));
  const said = () => ada.read('C1').map((post) => readPost(post).text);
  await discord.ada.slash(general, 'imagine', { prompt: 'a cat' });
  await expect.poll(() => texts().join(), later).toMatch(/does not accept this bot/);
  await ada.slash('C1', 'imagine', 'a dog');
  await expect.poll(() => said().join(), later).toContain('Made one picture');
  echo(500, `<html>Authorization: Bearer ${apiKey}</html>`);
  await discord.ada.slash(general, 'imagine', { prompt: 'a bird' });

  slack.slack.faults.push({ method: 'chat.update', what: { code: 'fatal_error' } });
  discord.fake.faults.push({ method: 'PATCH', path: /webhooks/, times: 1, how: 'answer lost' });
  await discord.ada.slash(general, 'status');
  await ada.slash('C1', 'status', '');
  await expect.poll(() => said().join(), later).toContain('PhotoGPT');

  // Waits for `sent_at`, because the embedded database shows rows past the proxy before they are committed.
  await expect.poll(() => door.behind('select id from jobs where sent_at is not null'), later).toHaveLength(3);
  await door.shut();
  await discord.ada.slash(general, 'imagine', { prompt: 'a fish' });
  await expect.poll(() => texts().join(), later).toMatch(/nothing was started|cannot tell/);
  const ready = await (await fetch(`${address}/readyz`)).text();
  const wrongDoor = await openPostgres(door.url.replace(/:\d+\//, ':9/')).catch((err: Error) => err);
  log.error({ err: wrongDoor }, 'could not start');
  await door.open();
  await expect.poll(() => door.behind('select 1'), later).toHaveLength(1);
  await expect.poll(() => db.answers().catch(() => false), later).toBe(true);

  const everything: Record<string, string> = {
    log: logged.join(''),
    operator: ready + (await (await fetch(`${address}/metrics`)).text()),
    start: String(wrongDoor),
  };
  expect(everything.log).toMatch(/submit failed/);
  expect(await door.behind(`select id from jobs where request::text like '%a bird%'`)).toHaveLength(1);
  for (const [where, text] of Object.entries(everything)) expectNoSecrets(where, text);
  await expectNoSecretRows(door.behind);
  // The fakes of Discord and Slack search their calls when they close.
});
