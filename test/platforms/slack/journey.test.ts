import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { commands } from '../../../src/commands/index.ts';
import { createBot } from '../../../src/commands/kit/bot.ts';
import { views } from '../../../src/commands/views.ts';
import { createTtlStore } from '../../../src/db/ttl-store.ts';
import { logTo } from '../../../src/log.ts';
import { createPublicDispatcher } from '../../../src/media/fetch/guarded.ts';
import { createMediaFiles } from '../../../src/media/files.ts';
import { createFit } from '../../../src/media/fit.ts';
import { createCatalogue } from '../../../src/photogpt/models/catalogue.ts';
import { manifestScopes } from '../../../src/platforms/slack/install/manifest-scopes.ts';
import { createSlack } from '../../../src/platforms/slack/slack.ts';
import { createSandbox } from '../../../src/sandbox/server.ts';
import { useDatabase } from '../../jobs/movable-database.ts';
import { origin } from '../../jobs/world.ts';
import { createFastClock } from '../../journeys/fast-clock.ts';
import { credentials, expectNoSecrets } from '../../security/no-secrets.ts';
import { paint } from '../scripted-bot.ts';
import { appToken, botToken, openFake, signingSecret } from './fake-slack.ts';
import { freePort } from './free-port.ts';
import { visit } from './visitor.ts';
import { digest, readPost } from './workspace.ts';

const database = useDatabase();
const key = credentials.keyOfSlackJourneys;

/** Opens the whole bot behind Slack's adapter, with the sandbox as PhotoGPT, forty times as fast as life. */
async function begin(transport: 'Socket Mode' | 'HTTP') {
  const clock = createFastClock(Date.now(), 40);
  const lines: string[] = [];
  const log = logTo({ write: (line) => void lines.push(line) }, 'info');
  const guesses = { smallestSide: 64, largestSide: 128, drawsAhead: false, framesPerSecond: 2 };
  const sandbox = createSandbox({ clock, keys: [{ key, credits: 1e6 }], guesses });
  await sandbox.start();
  const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-slack-'));
  const slack = await openFake(manifestScopes);
  const db = database(clock);
  const files = createMediaFiles(join(folder, 'media'));
  const port = await freePort();
  const make = () =>
    createSlack({
      ...{ botToken, apiUrl: `${slack.url()}/api/`, open: files.find, fit: createFit({ files }), pingTimeoutMs: 1_000 },
      ...(transport === 'HTTP' ? { signingSecret, port, host: '127.0.0.1' } : { appToken }),
      ...{ dispatcherFor: createPublicDispatcher([new URL(slack.url()).host]) },
      ...{ ttlStore: createTtlStore(db), commands: commands.map(({ name }) => name), random: Math.random, log },
    });
  const platform = make();
  const { app, pipeline, close } = createApp({
    photogpt: { key, url: sandbox.url, exclusive: true },
    catalogue: createCatalogue(),
    platforms: [platform],
    loopbackResults: true,
    version: '0.0.0',
    fetch,
    random: () => 0.5,
    ...{ db, folder, views, maxOpen: 20, clock, log },
  });
  const bot = createBot(app, commands);
  await platform.start(bot);
  await pipeline.start();
  if (transport === 'HTTP') slack.sendTo(`http://127.0.0.1:${port}/slack/events`);
  onTestFinished(async () => {
    await platform.stop();
    await pipeline.stop();
    await close();
    await slack.close();
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
    expectNoSecrets('the log of a journey', lines);
  });

  /** The digests of a job's files on our own disk, and of those in the message about it. */
  async function bytesOf(job: number) {
    const found = await app.jobs.find(
      job,
      origin({ platform: 'slack', tenant: 'T1', person: { id: 'UADA', name: '', roles: [], moderator: true } }),
    );
    if (!found) throw new Error(`no job ${job}`);
    const media = await app.jobs.results(found, AbortSignal.timeout(5_000));
    return Promise.all(
      media.map(async ({ id }) => digest(Buffer.concat(await ((await files.find(id))?.toArray() ?? [])))),
    );
  }
  return { slack, sandbox, lines, bytesOf, ada: visit(slack, 'UADA') };
}

it.each(['Socket Mode', 'HTTP'] as const)(
  'makes everything once, bytes intact, over %s',
  { timeout: 60_000 },
  async (way) => {
    const { slack, sandbox, bytesOf, ada, lines } = await begin(way);
    const { posts, uploads } = slack.workspace;
    const until = <T>(what: () => T) => vi.waitUntil(what, { timeout: 15_000, interval: 10 });
    const done = (job: number) =>
      posts.filter(({ blocks, files }) => files.length && JSON.stringify(blocks).includes(`"#${job}"`));
    /** The one message with the result of a job, whose files are what is on our disk. */
    async function result(job: number) {
      await until(() => done(job).length > 0).catch(() => {
        throw new Error(`job ${job} was not posted\n${lines.slice(-5).join('')}`);
      });
      expect(done(job)).toHaveLength(1);
      const [post] = done(job);
      if (!post) throw new Error('no post');
      expect(post.files.map((id) => digest(uploads.get(id)?.bytes ?? Buffer.alloc(0)))).toEqual(await bytesOf(job));
      return post;
    }
    /** The call became a job: its message says what is made. */
    const posted = (prompt: string) => until(() => posts.some((post) => readPost(post).text.includes(prompt)));
    const view = () => until(() => [...slack.views.keys()].at(-1));

    // A command that Slack tells of twice, a lost answer of its Web API, and one that asks for a wait.
    slack.faults.push(
      { method: 'files.completeUploadExternal', what: '503 after' },
      { method: 'files.info', what: '429' },
    );
    const trigger_id = slack.trigger();
    await ada.slash('C1', 'imagine', 'a red boat count:2', { trigger_id });
    await ada.slash('C1', 'imagine', 'a red boat count:2', { trigger_id });
    await posted('a red boat');
    const root = slack.workspace.post('C1', { text: 'Shall we?' });
    await ada.mention('C1', 'imagine a blue boat', root.ts);
    await posted('a blue boat');
    const bytes = await paint(96, 64, 40);
    await ada.slash('C1', 'edit', '');
    const picture = { files: [ada.fileOf(ada.attach('mine.png', bytes))] };
    await ada.submit(await view(), { prompt: { value: 'make it night' }, picture });
    await posted('make it night');
    slack.views.clear();
    const photo = ada.write('C1', 'look', { files: [ada.attach('fox.png', bytes)] });
    await ada.shortcutOn(photo, 'picture:edit:picture');
    await ada.submit(await view(), { prompt: { value: 'make it winter' } });
    await posted('make it winter');
    // A private result is in the direct messages, and nowhere else.
    await ada.slash('C1', 'imagine', 'a secret --private');
    await posted('a secret');

    if (way === 'Socket Mode') for (const line of slack.lines) line.drop();
    const first = await result(1);
    expect(first.files).toHaveLength(2);
    await ada.press(first, 'Upscale 2');
    expect((await result(2)).thread).toBe(root.ts);
    for (const job of [3, 4]) expect((await result(job)).channel).toBe('C1');
    expect((await result(5)).channel).toBe('DUADA');
    await result(6);
    expect(sandbox.ledger.jobs()).toHaveLength(6);
    expect(slack.complaints()).toEqual([]);
    // The result is there a moment before the placeholder goes.
    await vi.waitFor(() => {
      const left = posts.filter(({ channel, onlyFor, files }) => channel === 'C1' && !onlyFor && !files.length);
      const texts = left.map((post) => readPost(post).text);
      expect(texts.filter((text) => /Asked for|News of|on its way|at work/i.test(text))).toEqual([]);
    }, 10_000);
  },
);
