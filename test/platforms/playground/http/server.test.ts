import { request } from 'node:http';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Media } from '../../../../src/chat.ts';
import { openTestDatabase } from '../../../db/engine.ts';
import { createScriptedBot, type ScriptedBot } from '../../scripted-bot.ts';
import { openPlayground } from '../opened.ts';

const database = await openTestDatabase();
afterAll(() => database.close());

let scripted: ScriptedBot;
let open: Awaited<ReturnType<typeof openPlayground>>;
beforeEach(async () => {
  scripted = createScriptedBot();
  open = await openPlayground(scripted.bot, database);
});
afterEach(() => open.close());

const channel = 'make-pictures';
const get = (path: string, headers: Record<string, string> = {}) => fetch(`${open.url()}${path}`, { headers });

describe('the page', () => {
  it('has a policy against foreign content, and no inline script', async () => {
    const response = await get('/');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const html = await response.text();
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|style=|https?:\/\//);
    for (const [, file] of html.matchAll(/(?:src|href)="(\/page\/[^"]+)"/g)) {
      expect((await get(file ?? '')).status).toBe(200);
    }
  });

  it.each(['/page/tsconfig.json', '/page/..%2fserver.ts', '/page/%2e%2e/server.ts', '/page/nothing.js'])(
    'does not serve %s',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );
});

describe('the guard', () => {
  /** Returns the status of a request with its own Host header, which `fetch` does not allow. */
  const status = (headers: Record<string, string>, method = 'GET', path = '/api/start') =>
    new Promise<number>((resolve, reject) => {
      request(`${open.url()}${path}`, { method, headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on('error', reject)
        .end();
    });

  it('answers to every name of this machine, at any port', async () => {
    for (const host of ['localhost', '127.0.0.1:1', 'localhost:8080', '[::1]:9'])
      expect(await status({ host })).toBe(200);
  });

  it('refuses another host, whose name points at this machine', async () => {
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io']) {
      expect(await status({ host })).toBe(403);
    }
  });

  it('refuses requests of another page', async () => {
    expect(await status({ origin: 'https://evil.example' }, 'POST', '/api/messages')).toBe(403);
    expect(await status({ origin: 'null' }, 'POST', '/api/messages')).toBe(403);
    expect(await status({ 'sec-fetch-site': 'cross-site' }, 'GET', '/api/start')).toBe(403);
    expect(await status({ 'sec-fetch-site': 'cross-site' }, 'GET', '/')).toBe(200);
  });
});

describe('a request that does not fit', () => {
  const sentence = async (response: Response) => [response.status, await response.text()];

  it('is answered with a sentence', async () => {
    const ada = open.visitor('ada');
    expect(await sentence(await open.visitor('zoe').call(channel, { line: '/help' }))).toEqual([
      404,
      'There is nobody of that name here.',
    ]);
    expect(await sentence(await ada.call('nowhere', { line: '/help' }))).toEqual([404, 'There is no such channel.']);
    expect(await sentence(await ada.call(channel, { line: '/help' }, { thread: 999 }))).toEqual([
      404,
      'There is no such thread any more.',
    ]);
    expect(await sentence(await ada.call(channel, { line: 'help' }))).toEqual([
      400,
      'A command starts with a slash, for example /help.',
    ]);
    expect(await sentence(await ada.call(channel, { line: '/help' }, { event: '!' }))).toEqual([
      400,
      'That request could not be read: event does not fit.',
    ]);
    expect(await sentence(await ada.write(channel, '   '))).toEqual([
      400,
      'That request could not be read: text does not fit.',
    ]);
    expect((await ada.send('/api/messages', 'no object')).status).toBe(400);
    expect((await get('/api/nothing')).status).toBe(404);
  });

  it('may have 32 MB, and not more', async () => {
    const files = { pictures: new File([new Uint8Array(32_000_001)], 'huge.png') };
    const response = await open.visitor('ada').call(channel, { line: '/edit prompt:x' }, { files });
    expect(await sentence(response)).toEqual([413, 'That is more than 32 MB; send smaller files.']);
  });

  it('shows no stack, which is in the log', async () => {
    scripted.bot.suggest = () => Promise.reject(new Error('a broken suggestion'));
    const body = { person: 'ada', channel, command: 'imagine', option: 'look', typed: '' };
    const response = await open.visitor('ada').send('/api/suggestions', body);
    expect(await sentence(response)).toEqual([500, 'Something went wrong in the playground; its log says what.']);
    expect(open.logged.join('')).toContain('a broken suggestion');
  });
});

describe('help while typing', () => {
  const hints = async (line: string) => {
    const response = await open.visitor('ada').send('/api/hints', { person: 'ada', channel, line, caret: line.length });
    return (await response.json()) as { given: string[]; choices: { value: string }[]; at?: { name: string } };
  };

  it('offers the choices of an option, or the bot’s suggestions', async () => {
    expect((await hints('/imagine a cat ratio:')).choices.map(({ value }) => value)).toEqual(['1:1', '16:9', '9:16']);
    expect((await hints('/imagine a cat look:wat')).choices.map(({ value }) => value)).toEqual(['Watercolour']);
    expect(await hints('/unknown x')).toMatchObject({ choices: [], given: [] });
  });
});

describe('deleting', () => {
  it('is for the author and moderators, and removes the thread', async () => {
    await open.visitor('ada').write(channel, 'Mine');
    const [root] = await open.visitor('ada').read(channel);
    await open.visitor('ben').write(channel, 'A reply', root?.id);
    const remove = (person: string) =>
      fetch(`${open.url()}/api/messages/${root?.id}?person=${person}`, { method: 'DELETE' });
    expect((await remove('ben')).status).toBe(403);
    expect((await remove('cleo')).status).toBe(200);
    expect((await remove('ada')).status).toBe(404);
    expect(await open.visitor('ada').read(channel)).toEqual([]);
    await expect(open.visitor('ada').read(channel, root?.id)).rejects.toThrow('no such thread');
  });
});

describe('media', () => {
  async function shown(more: Partial<Media> = {}) {
    const media = await scripted.picture(more);
    await open.history.add([{ channel, text: '', message: { text: 'Look', tone: 'good', media: [media] } }]);
    return media;
  }

  it('is sent whole with its type and length, for the browser’s cache', async () => {
    const media = await shown();
    const response = await get(`/media/${media.id}`);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(media.bytes),
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
      'content-disposition': expect.stringContaining('inline'),
    });
    expect((await response.arrayBuffer()).byteLength).toBe(media.bytes);
    expect((await get(`/media/${media.id}`, { 'if-none-match': response.headers.get('etag') ?? '' })).status).toBe(304);
  });

  it.each([
    ['bytes=0-9', 206, '0-9', 10],
    ['bytes=100-', 206, '100-{last}', undefined],
    ['bytes=-5', 206, '{minus5}-{last}', 5],
    ['bytes=10-99999999', 206, '10-{last}', undefined],
    ['bytes=99999999-', 416, '*', undefined],
    ['bytes=9-3', 416, '*', undefined],
    ['chapters=1-2', 200, '', undefined],
  ])('answers the range %s with %i', async (range, status, expected, length) => {
    const media = await shown();
    const response = await get(`/media/${media.id}`, { range });
    expect(response.status).toBe(status);
    const words = expected.replace('{last}', String(media.bytes - 1)).replace('{minus5}', String(media.bytes - 5));
    if (words) expect(response.headers.get('content-range')).toBe(`bytes ${words}/${media.bytes}`);
    const body = await response.arrayBuffer();
    if (length) expect(body.byteLength).toBe(length);
    if (status === 206) expect(response.headers.get('content-length')).toBe(String(body.byteLength));
  });

  it('is a download on request, and always for types that browsers do not show', async () => {
    const media = await shown({ name: 'zwölf "Kähne".png' });
    const asked = await get(`/media/${media.id}?download`);
    expect(asked.headers.get('content-disposition')).toBe(
      `attachment; filename*=UTF-8''zw%C3%B6lf%20%22K%C3%A4hne%22.png`,
    );
    const odd = await shown({ type: 'text/html' });
    const response = await get(`/media/${odd.id}`);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
  });

  it('is not found when it is unknown or gone', async () => {
    expect((await get('/media/unknown')).status).toBe(404);
    const gone = { ...(await scripted.picture()), id: 'gone' };
    await open.history.add([{ channel, text: '', message: { text: 'Look', tone: 'good', media: [gone] } }]);
    expect((await get('/media/gone')).status).toBe(404);
  });
});

describe('a busy playground', () => {
  it('refuses calls instead of queueing them', async () => {
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    scripted.script.answer = async () => {
      await finished;
      return { text: 'Late', tone: 'plain' };
    };
    const ada = open.visitor('ada');
    for (let index = 0; index < 40; index += 1) await ada.call(channel, { line: `/imagine ${index}` });
    const refused = await ada.call(channel, { line: '/imagine more' });
    expect([refused.status, await refused.text()]).toEqual([
      503,
      'Too much is going on at once; try again in a moment.',
    ]);
    finish();
  });
});
