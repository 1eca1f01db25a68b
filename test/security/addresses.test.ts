/** Every way in which others can name an address to fetch. None of them leads into a private network. */
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/concurrency/clock.ts';
import { createPublicLookup, type Resolve } from '../../src/media/fetch/addresses.ts';
import { createDownload } from '../../src/media/fetch/download.ts';
import { createPublicDispatcher, createPublicFetch } from '../../src/media/fetch/guarded.ts';
import { createLinks } from '../../src/media/fetch/link.ts';
import { createResults } from '../../src/media/fetch/results.ts';
import { attachmentOf } from '../../src/platforms/discord/read/attachments.ts';
import { createUpload } from '../../src/platforms/slack/send/upload.ts';
import { allImports, readSources } from '../architecture/source-tree.ts';
import { useDatabase } from '../jobs/movable-database.ts';
import { openWorld } from '../jobs/world.ts';
import { openFakeFileServer } from '../media/fake-file-server.ts';
import { openFiles } from '../media/kept-files.ts';

/** Answers for names, one after the other: the owner of a name can change it between two questions. */
const answers = new Map<string, { address: string; family: number }[][]>();
const resolve: Resolve = (host, _, done) => {
  const next = answers.get(host)?.shift();
  if (next) done(null, next);
  else done(new Error(`nobody knows ${host}`), []);
};

const database = useDatabase();
const signal = () => AbortSignal.timeout(5_000);
const here = { address: '127.0.0.1', family: 4 };
const there = { address: '93.184.216.34', family: 4 };

/** Every spelling of this machine and of its neighbours that a URL can hold. */
const hosts = [
  '127.0.0.1',
  '127.1',
  '0177.0.0.1',
  '0x7f.1',
  '2130706433',
  '017700000001',
  '0',
  '0.0.0.0',
  '127.0.0.1.',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:0:0:1]',
  '[::127.0.0.1]',
  '[fe80::1]',
  '[64:ff9b::127.0.0.1]',
  '[2002:7f00:1::]',
  '[fd00::1]',
  '[ff02::1]',
  '[fec0::1]',
  '10.1.2.3',
  '172.20.0.1',
  '192.168.0.1',
  '169.254.169.254',
  '100.100.100.200',
  '①②⑦.⓪.⓪.①',
  '１２７.0.0.1',
];

/** Sends a file to the address in an answer of Slack. */
function uploaded(url: string) {
  const upload = createUpload({
    web: { call: async () => ({ upload_url: url, file_id: 'F1' }) } as never,
    open: async () => Readable.from(['bytes']),
    fit: () => expect.fail('nothing has to be smaller'),
    dispatcherFor: createPublicDispatcher([], resolve),
    clock: systemClock,
  });
  const media = {
    kind: 'image' as const,
    id: 'm1',
    name: 'x.png',
    type: 'image/png',
    alt: '',
    bytes: 5,
    width: 1,
    height: 1,
    spoiler: false,
  };
  const receipt = { key: 'k', attempt: 1, notes: {}, note: async () => {} };
  return upload('T1', { channel: 'C1' }, [media], { text: '', blocks: [] }, receipt, signal());
}

/** Opens a server that nothing may reach, and the ways that people and PhotoGPT have to send the bot there. */
async function open() {
  const fake = await openFakeFileServer((_, response) => response.end('secret'), '0.0.0.0');
  const { files } = await openFiles();
  const { download, close } = createDownload({ loopback: false, resolve });
  onTestFinished(close);
  const guarded = createPublicFetch(fetch, [], resolve);
  const to = await files.draft();
  const linked = createLinks({ download, files, limit: 1e6 });
  const ways: Record<string, (url: string) => Promise<unknown>> = {
    'a link that a person typed': (url) => linked(url).read(signal()),
    'the address of a result': (url) => download(url, to, 1e6, signal()),
    'a file attached on Discord': (url) => attachmentOf({ name: 'x.png', url }, guarded).read(signal()),
    'the address that Slack names for a file': uploaded,
  };
  return { fake, ways: Object.entries(ways), files, download };
}

describe('an address in a private network', () => {
  it.each(hosts)('is never fetched: %s', async (host) => {
    const { fake, ways } = await open();
    for (const [way, fetched] of ways) await expect(fetched(`http://${host}:${fake.port}/`), way).rejects.toThrow();
    expect(fake.visits()).toBe(0);
  });

  it('is not fetched behind a name that resolves differently each time', async () => {
    const { fake, ways } = await open();
    for (const [way, fetched] of ways) {
      answers.set('rebound.example', [[here], [there], [here]]);
      await expect(fetched(`http://rebound.example:${fake.port}/`), way).rejects.toThrow();
    }
    expect(fake.visits()).toBe(0);
  });

  it('is left out when a name has a public one too', async () => {
    answers.set('both.example', [[here, there, { address: '::1', family: 6 }]]);
    const found = await new Promise((done) =>
      createPublicLookup(resolve)('both.example', { all: true }, (error, found) => done(error ?? found)),
    );
    expect(found).toEqual([there]);
  });

  it('is not fetched behind a redirect from a trusted host', async () => {
    const { fake, files } = await open();
    const { download, close } = createDownload({ loopback: true });
    onTestFinished(close);
    const to = await files.draft();
    for (const target of [
      `http://0.0.0.0:${fake.port}/`,
      `http://[::ffff:127.0.0.1]:${fake.port}/`,
      'http://10.0.0.1/',
    ]) {
      const sending = await openFakeFileServer((_, response) => response.writeHead(307, { location: target }).end());
      await expect(download(sending.url, to, 1e6, signal())).rejects.toThrow();
      const trusting = createPublicFetch(fetch, [new URL(sending.url).host]);
      await expect(attachmentOf({ name: 'x', url: sending.url }, trusting).read(signal())).rejects.toThrow();
    }
    expect(fake.visits()).toBe(0);
  });

  it('that PhotoGPT gives for a result ends the job with a sentence', async () => {
    const world = await openWorld({ database });
    const { fake, files, download } = await open();
    const results = createResults({ api: world.bot.api, store: world.mediaStore, files, download });
    const job = await world.ready();
    const misled = {
      ...job,
      outputs: [{ kind: 'image' as const, id: 'img_none', url: `http://127.0.0.1:${fake.port}/` }],
    };
    await expect(results(misled, signal())).rejects.toThrow('can no longer be fetched');
    expect(fake.visits()).toBe(0);
  });
});

it('results of the sandbox are fetched from this machine when a setting allows it', async () => {
  const { files } = await openFiles();
  const { download, close } = createDownload({ loopback: true });
  onTestFinished(close);
  const fake = await openFakeFileServer((_, response) => response.end('picture'));
  const to = await files.draft();
  await download(fake.url, to, 1e6, signal());
  expect(await readFile(to, 'utf8')).toBe('picture');
});

it('no other file opens connections to given addresses', async () => {
  const sources = await readSources();
  const senders = allImports(sources)
    .filter(({ target, typeOnly }) => !typeOnly && /^(undici|node:https?|node:net|node:tls|node:http2)$/.test(target))
    .map(({ from }) => from);
  // The guards. The API of PhotoGPT and of Discord. Slack's uploads, which are guarded. Servers, which do not call.
  expect([...new Set(senders)].sort()).toEqual(
    [
      'media/fetch/addresses.ts',
      'media/fetch/download.ts',
      'media/fetch/guarded.ts',
      'photogpt/wire/lean-send.ts',
      'platforms/discord/rest/api.ts',
      'platforms/discord/read/interactions-server.ts',
      'platforms/slack/send/upload.ts',
      'sandbox/server.ts',
    ].sort(),
  );
});
