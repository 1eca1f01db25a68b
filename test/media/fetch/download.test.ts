import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { setTimeout as rest } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isPublic } from '../../../src/media/fetch/addresses.ts';
import { createDownload } from '../../../src/media/fetch/download.ts';
import { openFakeFileServer } from '../fake-file-server.ts';
import { openFiles } from '../kept-files.ts';

async function openDownload({ loopback = true } = {}) {
  const { files } = await openFiles();
  const { download, close } = createDownload({ loopback });
  onTestFinished(close);
  const to = await files.draft();
  /** Returns the kind of the failure, or the bytes and the content. */
  async function fetched(url: string, limit = 1e6, signal = AbortSignal.timeout(5_000)) {
    try {
      const bytes = await download(url, to, limit, signal);
      return { bytes, content: await readFile(to) };
    } catch (error) {
      return error instanceof Error && 'kind' in error ? { kind: error.kind } : { error };
    }
  }
  return { fetched };
}

const content = randomBytes(200_000);
const givesContent: RequestListener = (_, response) => response.end(content);

describe('a download', () => {
  it('writes the file at an address, byte for byte', async () => {
    const { fetched } = await openDownload();
    const { url } = await openFakeFileServer(givesContent);
    expect(await fetched(`${url}/x`)).toEqual({ bytes: content.length, content });
  });

  it('follows three redirects and no more', async () => {
    const { fetched } = await openDownload();
    const { url, visits } = await openFakeFileServer((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end('there');
      else response.writeHead(302, { location: `/${left - 1}` }).end('go on');
    });
    expect(await fetched(`${url}/3`)).toMatchObject({ bytes: 5 });
    expect(visits()).toBe(4);
    expect(await fetched(`${url}/4`)).toEqual({ kind: 'trouble' });
    expect(visits()).toBe(8);
  });

  it.each([
    [403, 'gone'],
    [404, 'gone'],
    [410, 'gone'],
    [429, 'trouble'],
    [500, 'trouble'],
    [503, 'trouble'],
    [206, 'trouble'],
    [301, 'trouble'],
  ])('takes %i for %s', async (status, kind) => {
    const { fetched } = await openDownload();
    const { url } = await openFakeFileServer((_, response) => response.writeHead(status).end('no'));
    expect(await fetched(url)).toEqual({ kind });
  });

  it.each([{ 'content-length': String(content.length) }, {}])(
    'stops at the limit, whatever is declared: %j',
    async (headers) => {
      const { fetched } = await openDownload();
      const { url } = await openFakeFileServer((_, response) => response.writeHead(200, headers).end(content));
      expect(await fetched(url, content.length - 1)).toEqual({ kind: 'too large' });
      expect(await fetched(url, content.length)).toMatchObject({ bytes: content.length });
    },
  );

  it('notices missing bytes and broken connections', async () => {
    const { fetched } = await openDownload();
    const declared = await openFakeFileServer((_, response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      response.write('half');
      setImmediate(() => response.destroy());
    });
    expect(await fetched(declared.url)).toEqual({ kind: 'trouble' });
    const chunked = await openFakeFileServer((_, response) => {
      response.write('half');
      setImmediate(() => response.destroy());
    });
    expect(await fetched(chunked.url)).toEqual({ kind: 'trouble' });
    const refusing = await openFakeFileServer((request) => request.socket.destroy());
    expect(await fetched(refusing.url)).toEqual({ kind: 'trouble' });
  });

  it('gives up a silent or endless server when its signal aborts', async () => {
    const { fetched } = await openDownload();
    const silent = await openFakeFileServer(() => {});
    expect(await fetched(silent.url, 1e6, AbortSignal.timeout(100))).toEqual({ kind: 'trouble' });
    const dripping = await openFakeFileServer((_, response) => {
      const drip = setInterval(() => response.write('x'), 5);
      response.on('close', () => clearInterval(drip));
    });
    expect(await fetched(dripping.url, 1e6, AbortSignal.timeout(100))).toEqual({ kind: 'trouble' });
  });

  it.each([
    '',
    'x',
    'file:///etc/passwd',
    'ftp://example.com/x',
    'data:image/png;base64,AAAA',
    'javascript:1',
    'http://',
  ])('fetches nothing from “%s”', async (url) => {
    const { fetched } = await openDownload({ loopback: false });
    expect(await fetched(url)).toEqual({ kind: 'forbidden' });
  });
});

/** The system's command that makes a pipe with a name. */
const makePipe = 'mkfifo';

/** Opens a path that nothing can open for writing before `letIn` opens it for reading: a pipe with a name. */
async function openPipe() {
  const { files } = await openFiles();
  const path = await files.draft();
  execFileSync(makePipe, [path]);
  /** Lets the writer in, and resolves once it is gone again. */
  async function letIn(): Promise<void> {
    const reader = await open(path, 'r');
    await readFile(reader);
    await reader.close();
  }
  return { path, letIn };
}

describe.skipIf(process.platform === 'win32')('a download that is given up before its file is open', () => {
  it.each([
    ['too large', 4_000],
    ['trouble', 1e6],
  ])('settles only once the file is closed: %s', async (kind, limit) => {
    const { path, letIn } = await openPipe();
    const { download, close } = createDownload({ loopback: true });
    onTestFinished(close);
    // Few bytes, so that all of them arrive while nothing is written yet.
    const { url, visits } = await openFakeFileServer((_, response) => void response.write(Buffer.alloc(5_000)));
    const stop = new AbortController();
    const events: string[] = [];
    const settled = download(url, path, limit, stop.signal).catch((error: unknown) => {
      events.push('settled');
      return error;
    });
    await expect.poll(visits).toBe(1);
    // Time for the bytes to arrive. A shorter time would prove less, and never fail a right download.
    await rest(100);
    if (kind === 'trouble') stop.abort();
    await rest(50);
    events.push('opened');
    await letIn();
    expect(await settled).toMatchObject({ name: 'DownloadError', kind });
    expect(events).toEqual(['opened', 'settled']);
  });
});

describe('private networks', () => {
  const hosts = [
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '2130706433',
    '0.0.0.0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:0:127.0.0.1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[fe80::1]',
    '[fc00::1]',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
  ];

  it.each(hosts)('are closed by address: %s', async (host) => {
    const { fetched } = await openDownload({ loopback: false });
    const { port, visits } = await openFakeFileServer(givesContent, '0.0.0.0');
    expect(await fetched(`http://${host}:${port}/`)).toEqual({ kind: 'forbidden' });
    expect(visits()).toBe(0);
  });

  it.each(['localhost', 'localhost.', 'LOCALHOST'])('are closed by name: %s', async (host) => {
    const { fetched } = await openDownload({ loopback: false });
    const { port, visits } = await openFakeFileServer(givesContent, '0.0.0.0');
    expect(await fetched(`http://${host}:${port}/`)).toEqual({ kind: 'trouble' });
    expect(visits()).toBe(0);
  });

  it('stay closed behind a redirect, even when this machine is open', async () => {
    const { fetched } = await openDownload({ loopback: true });
    const hidden = await openFakeFileServer(givesContent);
    for (const target of [
      'http://10.0.0.1/',
      'http://[::ffff:169.254.169.254]/',
      'file:///etc/passwd',
      `http://0.0.0.0:${hidden.port}/`,
    ]) {
      const { url } = await openFakeFileServer((_, response) => response.writeHead(302, { location: target }).end());
      expect(await fetched(url), target).toEqual({ kind: 'forbidden' });
    }
    expect(hidden.visits()).toBe(0);
  });

  it.each([
    ['8.8.8.8', true],
    ['2606:4700::1111', true],
    ['172.32.0.1', true],
    ['172.31.255.255', false],
    ['::ffff:8.8.8.8', true],
    ['::ffff:10.0.0.1', false],
    ['2002:7f00:1::', false],
    ['2001::1', false],
    ['fec0::1', false],
    ['255.255.255.255', false],
    ['not an address', false],
  ])('know %s: public is %s', (address, expected) => {
    expect(isPublic(address)).toBe(expected);
  });
});
