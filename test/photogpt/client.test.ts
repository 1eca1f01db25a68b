import { describe, expect, it } from 'vitest';
import { failure, fakeApi, movedClock, nok, ok, raw, ways } from './fake-api.ts';

describe.each(ways)('$way,', ({ clientFor }) => {
  describe('a read', () => {
    it('is retried with growing random waits until it succeeds', async () => {
      const clock = movedClock();
      const server = await fakeApi(
        nok('oops', 500),
        raw('<h1>Bad gateway</h1>', 502),
        (response) => response.destroy(),
        ok([]),
      );
      expect(await clientFor(server.url, { clock, random: () => 0.5 }).listModels()).toEqual([]);
      expect(clock.slept).toEqual([250, 500, 1000]);
    });

    it('is broken after four attempts', async () => {
      const server = await fakeApi(nok('oops', 503));
      expect(await failure(clientFor(server.url).getJob({ id: 'j1' }))).toMatchObject({
        verdict: 'broken',
        reason: 'server',
        status: 503,
      });
      expect(server.asked).toHaveLength(4);
    });

    it('waits as long as Retry-After says, in seconds or until a date', async () => {
      const clock = movedClock(Date.UTC(2026, 2, 4, 10));
      const server = await fakeApi(
        nok('slow down', 429, { 'retry-after': '7' }),
        nok('slow down', 429, { 'retry-after': 'Wed, 04 Mar 2026 10:00:12 GMT' }),
        ok([]),
      );
      await clientFor(server.url, { clock }).listModels();
      expect(clock.slept).toEqual([7000, 5000]);
    });

    it('fails at once when Retry-After asks for a long wait', async () => {
      const clock = movedClock();
      const server = await fakeApi(nok('slow down', 429, { 'retry-after': '120' }));
      expect(await failure(clientFor(server.url, { clock }).listJobs())).toMatchObject({
        verdict: 'busy',
        reason: 'rate',
        retryAfterMs: 120_000,
      });
      expect(clock.slept).toEqual([]);
    });

    it.each([
      [404, 'missing'],
      [401, 'access'],
      [400, 'input'],
    ])('is not retried after a %i', async (status, reason) => {
      const server = await fakeApi(nok('no', status));
      expect(await failure(clientFor(server.url).getJob({ id: 'j1' }))).toMatchObject({ verdict: 'rejected', reason });
      expect(server.asked).toHaveLength(1);
    });

    it('is broken at once when its answer is unreadable', async () => {
      const server = await fakeApi(raw('<html><style>p{}</style><p>Hello</p></html>', 200));
      const error = await failure(clientFor(server.url).listModels());
      expect(error).toMatchObject({ verdict: 'broken', reason: 'unreadable' });
      expect(error.err).toContain('Hello');
      expect(error.err).not.toContain('p{}');
    });

    it('is unreadable when its answer is longer than 8 MB', async () => {
      const server = await fakeApi(ok(['x'.repeat(9 * 1024 * 1024)]));
      expect(await failure(clientFor(server.url).listPresets())).toMatchObject({
        verdict: 'broken',
        reason: 'unreadable',
      });
    });

    it('is not retried after its signal aborts', async () => {
      const stop = new AbortController();
      const clock = { now: () => 0, sleep: async () => stop.abort() };
      const server = await fakeApi(nok('oops', 500));
      await failure(clientFor(server.url, { clock }).listModels(undefined, { signal: stop.signal }));
      expect(server.asked).toHaveLength(1);
    });

    it('is retried after timeouts, and is broken after four', async () => {
      const server = await fakeApi(() => undefined);
      expect(await failure(clientFor(server.url, { timeout: 40 }).ping())).toMatchObject({
        verdict: 'broken',
        reason: 'timeout',
      });
      expect(server.asked).toHaveLength(4);
    });
  });

  describe('the base URL', () => {
    it('must be a URL', () => {
      expect(() => clientFor('photogpt')).toThrow('not a URL');
    });
  });

  describe('every attempt', () => {
    it('is reported with its status and duration', async () => {
      const clock = movedClock();
      const events: unknown[] = [];
      const late = (response: Parameters<ReturnType<typeof ok>>[0], asked: Parameters<ReturnType<typeof ok>>[1]) => {
        void clock.sleep(120);
        ok([])(response, asked);
      };
      const server = await fakeApi((response) => response.destroy(), nok('oops', 500), late);
      await clientFor(server.url, { clock, onResponse: (event) => events.push(event) }).listModels();
      expect(events).toEqual([
        { operation: 'listModels', status: undefined, milliseconds: 0 },
        { operation: 'listModels', status: 500, milliseconds: 0 },
        { operation: 'listModels', status: 200, milliseconds: 120 },
      ]);
    });
  });
});
