import { describe, expect, it } from 'vitest';
import { failure, fakeApi, json, nok, ok, raw, ways } from '../fake-api.ts';

const body = { modelID: 'nanobanana', prompt: 'a fox' };

describe.each(ways)('$way,', ({ clientFor }) => {
  describe('the verdict on a write', () => {
    it.each([
      [400, 'prompt is required', 'rejected', 'input'],
      [401, 'bad key', 'rejected', 'access'],
      [402, 'pay up', 'rejected', 'credits'],
      [400, 'Insufficient credits', 'rejected', 'credits'],
      [429, 'not enough credits left', 'rejected', 'credits'],
      [500, 'insufficient credits', 'rejected', 'credits'],
      [403, 'no permission', 'rejected', 'access'],
      [400, 'blocked by the safety filter', 'rejected', 'safety'],
      [404, 'no such model', 'rejected', 'missing'],
      [413, 'too large', 'rejected', 'input'],
      [422, 'wrong ratio', 'rejected', 'input'],
      [409, 'still training', 'busy', 'conflict'],
      [429, 'slow down', 'busy', 'rate'],
      [500, 'oops', 'in doubt', 'server'],
      [503, 'overloaded', 'in doubt', 'server'],
    ])('for %i "%s" is %s (%s)', async (status, message, verdict, reason) => {
      const server = await fakeApi(nok(message, status, {}, 'where: it happened'));
      const error = await failure(clientFor(server.url).generateImage(body));
      expect(error).toMatchObject({ verdict, reason, status, message, operation: 'generateImage' });
      expect(error.err).toContain('where: it happened');
      expect(server.asked).toHaveLength(1);
    });

    it.each([
      ['prompt is required', 'input'],
      ['insufficient credits', 'credits'],
      ['prompt violates our content policy', 'safety'],
      ['model not found', 'missing'],
    ])('for NOK "%s" in a 2xx is refused (%s)', async (message, reason) => {
      const server = await fakeApi(nok(message, 200));
      expect(await failure(clientFor(server.url).generateImage(body))).toMatchObject({
        verdict: 'rejected',
        reason,
        message,
      });
    });

    it.each([
      ['text', raw('done', 200)],
      ['half of an object', raw('{"status":"OK","result":{"job', 200)],
      ['a list', json([])],
      ['no job id', ok({ status: 'queued' })],
      ['nothing', raw('', 201)],
    ])('that came back as 2xx with %s is in doubt', async (_, answer) => {
      const server = await fakeApi(answer);
      expect(await failure(clientFor(server.url).generateImage(body))).toMatchObject({
        verdict: 'in doubt',
        reason: 'unreadable',
      });
      expect(server.asked).toHaveLength(1);
    });

    it('whose connection was reset after sending is in doubt', async () => {
      const server = await fakeApi((response) => response.destroy());
      expect(await failure(clientFor(server.url).generateVideo(body))).toMatchObject({
        verdict: 'in doubt',
        reason: 'network',
      });
      expect(server.asked).toHaveLength(1);
    });

    it('that is spelled GET is not sent again by the network layer after a reset', async () => {
      const server = await fakeApi(
        ok('Training triggered'),
        (response) => response.destroy(),
        ok('Training triggered'),
      );
      const api = clientFor(server.url);
      // The first call leaves a connection open, so that the second one dies on a connection used before.
      await api.trainModel({ modelID: 'm1' });
      expect(await failure(api.trainModel({ modelID: 'm1' }))).toMatchObject({
        verdict: 'in doubt',
        reason: 'network',
      });
      expect(server.asked).toHaveLength(2);
    });

    it('to a port that is closed is busy', async () => {
      const server = await fakeApi(ok(null));
      await server.close();
      expect(await failure(clientFor(server.url).generateImage(body))).toMatchObject({
        verdict: 'busy',
        reason: 'network',
        status: undefined,
      });
    });

    it('to a name that does not exist is busy', async () => {
      expect(await failure(clientFor('http://api.invalid/api').generateImage(body))).toMatchObject({
        verdict: 'busy',
        reason: 'network',
      });
    });

    it('is busy when stopped before sending, and in doubt when stopped after', async () => {
      const stop = new AbortController();
      const server = await fakeApi(() => stop.abort());
      const api = clientFor(server.url);
      expect(await failure(api.generateImage(body, { signal: AbortSignal.abort() }))).toMatchObject({
        verdict: 'busy',
      });
      expect(server.asked).toHaveLength(0);
      expect(await failure(api.generateImage(body, { signal: stop.signal }))).toMatchObject({
        verdict: 'in doubt',
        reason: 'network',
      });
    });

    it('with no answer or half of one is in doubt after its time limit', async () => {
      const part = (response: { write(text: string): void }) => response.write('{"status":');
      for (const answer of [() => undefined, part]) {
        const server = await fakeApi(answer);
        const error = await failure(clientFor(server.url, { timeout: 80 }).generateImage(body));
        expect(error).toMatchObject({ verdict: 'in doubt', reason: 'timeout' });
        expect(error.err).toContain('80 ms');
      }
    });

    it('that is redirected is refused, and the key does not follow', async () => {
      const elsewhere = await fakeApi(ok({ jobId: 'j1' }));
      const server = await fakeApi(raw('', 307, { location: `${elsewhere.url}/images/generation` }));
      expect(await failure(clientFor(server.url).generateImage(body))).toMatchObject({
        verdict: 'rejected',
        status: 307,
      });
      expect(elsewhere.asked).toHaveLength(0);
    });

    it.each(['trainModel', 'createVideoDownload', 'deleteModel', 'deleteImage', 'deleteVideo'] as const)(
      '%s is made once, even when it is spelled GET',
      async (name) => {
        const server = await fakeApi(nok('oops', 500));
        const ids = { modelID: 'x', videoID: 'x', imageID: 'x' };
        expect(await failure(clientFor(server.url)[name](ids))).toMatchObject({ verdict: 'in doubt' });
        expect(server.asked).toHaveLength(1);
      },
    );
  });

  describe('pages from servers in between', () => {
    it('give a short excerpt for the log and a sentence for people', async () => {
      const page = `<html><head><script>alert(1)</script></head><body><h1>502 Bad Gateway</h1>${'<p>nginx</p>'.repeat(500)}</body>`;
      const server = await fakeApi(raw(page, 502));
      const error = await failure(clientFor(server.url).generateImage(body));
      expect(error).toMatchObject({ verdict: 'in doubt', reason: 'server', message: 'the server had a problem' });
      expect(error.err).toMatch(/^HTTP 502: 502 Bad Gateway nginx/);
      expect(error.err).not.toMatch(/[<>]|alert/);
      expect(error.err.length).toBeLessThan(250);
    });

    it('that block a client are about access, not about safety', async () => {
      const server = await fakeApi(
        raw('error code: 1010, you have been blocked by policy', 403, { 'content-type': 'text/plain' }),
      );
      expect(await failure(clientFor(server.url).ping())).toMatchObject({ verdict: 'rejected', reason: 'access' });
    });
  });
});
