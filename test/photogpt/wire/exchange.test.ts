import { inspect } from 'node:util';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createPhotoGPT } from '../../../src/photogpt/client.ts';
import { failure, fakeApi, json, key, movedClock, raw, ways } from '../fake-api.ts';

const body = { modelID: 'nanobanana', prompt: 'a fox' };

describe.each(ways)('$way,', ({ clientFor }) => {
  describe('the key', () => {
    it.each([400, 500, 200])('is not in the error when a server echoes it with %i', async (status) => {
      const server = await fakeApi((response, { headers }) => {
        const echo = `denied: ${headers.authorization}`;
        json({ status: 'NOK', message: echo, err: JSON.stringify(headers), reason: key.slice(0, 4) }, status)(
          response,
          {
            verb: '',
            url: '',
            headers,
            body: Buffer.alloc(0),
          },
        );
      });
      const lines: string[] = [];
      const log = pino({}, { write: (line: string) => lines.push(line) });
      const error = await failure(clientFor(server.url).generateImage(body));
      log.error({ err: error, error }, error.message);
      const everything = [inspect(error, { depth: 9, showHidden: true }), error.stack, ...lines].join('\n');
      expect(everything).toContain('denied: Bearer [key]');
      expect(everything).not.toContain('s3cret');
    });

    it('is not in the error when it comes back escaped or in a page', async () => {
      const escaped = key.replaceAll('/', '\\/');
      const inURL = encodeURIComponent(key);
      for (const text of [
        `{"status":"NOK","message":"bad ${escaped}"}`,
        `{"half ${escaped}`,
        `<p>${key} ${inURL}</p>`,
      ]) {
        const error = await failure(clientFor((await fakeApi(raw(text, 401))).url).ping());
        expect(inspect(error, { showHidden: true })).not.toContain('s3cret');
      }
    });

    it('is not in the error when its letters come back as JSON escapes', async () => {
      const coded = [...key].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
      const server = await fakeApi(raw(`{"status":"NOK","message":"bad ${coded}","err":"${coded}"}`, 400));
      expect(await failure(clientFor(server.url).ping())).toMatchObject({
        message: 'bad [key]',
        err: 'HTTP 400: [key]',
      });
    });

    it('is not cut in half at the end of an excerpt', async () => {
      const server = await fakeApi(raw(`${'.'.repeat(190)}${key}`, 400));
      expect((await failure(clientFor(server.url).ping())).err).not.toContain(key.slice(0, 6));
    });

    it('is not in an error of the network', async () => {
      const leaking = async (_: unknown, init?: RequestInit) => {
        throw new TypeError('fetch failed', { cause: new Error(`headers were ${JSON.stringify(init?.headers)}`) });
      };
      const error = await failure(clientFor('http://api.invalid', { fetch: leaking }).generateImage(body));
      expect(error.err).toContain('headers were');
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('s3cret');
    });

    it.each(['', 'abc\ndef', 'schlüssel', 'two words'])('cannot be %j, and the error does not repeat it', (bad) => {
      const make = () => createPhotoGPT({ key: bad, fetch, clock: movedClock(), random: Math.random });
      expect(make).toThrow('The PhotoGPT key is empty or has characters no key has.');
    });
  });
});
