/** Tests that concern the bot's own transport only, because `fetch` does these things by itself. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { Agent, buildConnector, type Dispatcher, getGlobalDispatcher, ProxyAgent, setGlobalDispatcher } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clientFor, failure, fakeApi, nok, ok } from '../fake-api.ts';

const body = { modelID: 'nanobanana', prompt: 'a fox' };
const job = JSON.stringify({ status: 'OK', result: { jobId: 'j1', status: 'success', prompt: 'ein Füchslein 🦊' } });

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Makes all of this process' requests leave through `dispatcher`, until the test is over. */
function sendAllThrough(dispatcher: Dispatcher): void {
  const usual = getGlobalDispatcher();
  setGlobalDispatcher(dispatcher);
  onTestFinished(async () => {
    setGlobalDispatcher(usual);
    await dispatcher.destroy();
  });
}

describe('an answer', () => {
  it.each([
    ['gzip', gzipSync],
    ['GZIP', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ])('is decompressed when it comes as %s without a request for that', async (encoding, pack) => {
    const server = await fakeApi((response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(pack(job));
    });
    expect(await clientFor(server.url).getJob({ id: 'j1' })).toMatchObject({ prompt: 'ein Füchslein 🦊' });
    expect(server.asked[0]?.headers['accept-encoding']).toBeUndefined();
  });

  it('with damaged compression breaks a read and puts a write in doubt', async () => {
    const packed = gzipSync(job);
    packed.fill(7, 12, 40);
    const server = await fakeApi((response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed);
    });
    expect(await failure(clientFor(server.url).getJob({ id: 'j1' }))).toMatchObject({ verdict: 'broken' });
    expect(await failure(clientFor(server.url).generateImage(body))).toMatchObject({ verdict: 'in doubt' });
  });

  it('that decompresses to more than 8 MB is unreadable', async () => {
    const server = await fakeApi((response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(9 * 1024 * 1024, ' ')));
    });
    expect(await failure(clientFor(server.url).getJob({ id: 'j1' }))).toMatchObject({ reason: 'unreadable' });
  });

  it('is put together from many pieces that come late', async () => {
    const server = await fakeApi(async (response) => {
      for (const [index, byte] of Buffer.from(job).entries()) {
        response.write(Buffer.of(byte));
        if (index % 9 === 0) await turn();
      }
      response.end();
    });
    expect(await clientFor(server.url).getJob({ id: 'j1' })).toMatchObject({ prompt: 'ein Füchslein 🦊' });
  });

  it('that never ends is cancelled when it becomes too long', async () => {
    let sent = 0;
    let leave = () => {};
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const server = await fakeApi((response) => {
      const piece = Buffer.alloc(256 * 1024, ' ');
      const more = () => {
        while (!response.destroyed && response.write(piece)) sent += piece.length;
      };
      response.on('drain', more).on('close', leave);
      more();
    });
    expect(await failure(clientFor(server.url).getJob({ id: 'j1' }))).toMatchObject({ reason: 'unreadable' });
    await left;
    expect(sent).toBeLessThan(40 * 1024 * 1024);
  });

  it('counts, and informational answers before it do not', async () => {
    const server = await fakeApi((response, asked) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeProcessing();
      nok('no such job', 404)(response, asked);
    });
    expect(await failure(clientFor(server.url).getJob({ id: 'j1' }))).toMatchObject({ status: 404, reason: 'missing' });
  });

  it('that breaks off halfway breaks a read and keeps its status', async () => {
    const events: unknown[] = [];
    const server = await fakeApi((response) => {
      response.writeHead(200, { 'content-length': '900' }).write('{"status":');
      setImmediate(() => response.destroy());
    });
    const api = clientFor(server.url, { onResponse: ({ status }) => events.push(status) });
    expect(await failure(api.getJob({ id: 'j1' }))).toMatchObject({
      verdict: 'broken',
      reason: 'network',
      status: 200,
    });
    expect(events).toEqual([200, 200, 200, 200]);
  });
});

describe('a connection', () => {
  it('is reused by later calls', async () => {
    const ports = new Set<number | undefined>();
    const server = await fakeApi((response, asked) => {
      ports.add(response.socket?.remotePort);
      ok([])(response, asked);
    });
    const api = clientFor(server.url);
    for (let call = 0; call < 20; call += 1) await api.listModels();
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it('that the server closed while it was idle is not used again', async () => {
    const closed: Promise<unknown>[] = [];
    const server = await fakeApi((response, asked) => {
      const { req } = response;
      closed.push(once(req.socket, 'close'));
      response.on('finish', () => setImmediate(() => req.socket.end()));
      ok({ jobId: `j${asked.body.length}` })(response, asked);
    });
    const api = clientFor(server.url);
    for (let call = 0; call < 5; call += 1) {
      await api.generateImage(body);
      await Promise.all(closed);
    }
    expect(server.asked).toHaveLength(5);
  });

  it('that the server closes during a write puts the write in doubt', async () => {
    const server = await fakeApi(ok([]), (response) => response.socket?.resetAndDestroy(), ok({ jobId: 'j1' }));
    const api = clientFor(server.url);
    await api.listModels();
    await turn();
    expect(await failure(api.generateImage(body))).toMatchObject({ verdict: 'in doubt', reason: 'network' });
    expect(server.asked).toHaveLength(2);
  });

  it('that comes after its call was stopped carries no request of it', async () => {
    const usual = buildConnector({});
    const dialled: (() => void)[] = [];
    const slow = new Agent({ connect: (options, callback) => void dialled.push(() => usual(options, callback)) });
    sendAllThrough(slow);
    const server = await fakeApi(ok({ jobId: 'j1' }));
    const late = clientFor(server.url, { timeout: 30 });
    expect(await failure(late.generateImage(body))).toMatchObject({ verdict: 'in doubt', reason: 'timeout' });
    const next = clientFor(server.url).generateImage({ ...body, prompt: 'a hare' });
    for (const dial of dialled) dial();
    expect(await next).toMatchObject({ jobId: 'j1' });
    expect(server.asked.map((asked) => JSON.parse(asked.body.toString()).prompt)).toEqual(['a hare']);
  });

  it('goes through the proxy of the process, as with fetch', async () => {
    const reached: string[] = [];
    const proxy = createServer();
    proxy.on('connect', ({ url = '' }, socket) => {
      reached.push(url);
      const [host, port] = url.split(':');
      const fake = connect(Number(port), host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      fake.pipe(socket).pipe(fake);
      for (const end of [fake, socket]) end.on('error', () => socket.destroy());
      onTestFinished(() => void fake.destroy());
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void proxy.close());
    const server = await fakeApi(nok('no', 400), ok([]));
    sendAllThrough(new ProxyAgent(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`));
    await failure(clientFor(server.url).generateImage(body));
    await clientFor(server.url).listModels();
    expect(new Set(reached)).toEqual(new Set([new URL(server.url).host]));
    expect(server.asked).toHaveLength(2);
  });
});

describe('a request', () => {
  it('has the user agent and accepts JSON', async () => {
    const server = await fakeApi(ok([]));
    await clientFor(server.url, { userAgent: 'photogpt-bot/9' }).listModels();
    expect(server.asked[0]?.headers).toMatchObject({ 'user-agent': 'photogpt-bot/9', accept: 'application/json' });
  });

  it('is a form when it carries a file', async () => {
    const server = await fakeApi(ok({ id: 'i1' }));
    const file = { bytes: Buffer.from('picture'), name: 'a.png', type: 'image/png' };
    await clientFor(server.url).uploadImage({ modelID: 'm1', type: 'modelInput', file });
    expect(server.asked[0]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(server.asked[0]?.body.toString()).toContain('picture');
  });
});
