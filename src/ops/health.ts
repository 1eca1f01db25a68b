/** Answers the operator's machines over HTTP: whether the bot is alive, whether it is ready, and its metrics. */
import { once } from 'node:events';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import type { Clock } from '../concurrency/clock.ts';
import { timedOut, withTimeout } from '../concurrency/with-timeout.ts';
import type { Log } from '../log.ts';
import type { Metrics } from './metrics.ts';
import { addPictureRoute, type Pictures } from './picture-route.ts';
import { answerTimeoutMs } from './timings.ts';

/** Something that the bot cannot work without. `holds` says whether it is there. A rejection counts as false. */
export type Check = { name: string; holds(): Promise<boolean> };

type Parts = {
  host: string;
  /** 0 picks a free one. */
  port: number;
  checks: Check[];
  metrics: Pick<Metrics, 'render' | 'contentType'>;
  /** Pictures that PhotoGPT may fetch from us. Absent without a public address. */
  pictures?: Pictures;
  clock: Clock;
  log: Log;
};

/**
 * Creates the server. It listens from `start`, which resolves with its address. `start` rejects with a sentence for the
 * operator when the port is taken.
 *
 * - `/healthz` answers 200 while the process runs.
 * - `/readyz` answers JSON such as `{ ok: true, checks: { database: 'ok' } }`, with 503 unless every check holds in
 *   time.
 * - `/metrics` answers Prometheus' text format.
 */
export function createOperatorServer({ host, port, checks, metrics, pictures, clock, log }: Parts) {
  const inTime = <T>(work: Promise<T>) => withTimeout(work, answerTimeoutMs, clock);

  /**
   * Returns one word or sentence for `/readyz`. The reason of a failure goes to the log: it may name hosts and
   * accounts.
   */
  async function verdict({ name, holds }: Check) {
    try {
      const held = await inTime(holds());
      if (held === timedOut) return `no answer within ${answerTimeoutMs / 1_000} s`;
      return held ? 'ok' : 'failed';
    } catch (error) {
      log.warn({ err: error, check: name }, 'readiness check failed');
      return 'failed';
    }
  }

  const app = new Hono();
  app.get('/healthz', (c) => c.json({ ok: true }));
  app.get('/readyz', async (c) => {
    const found = await Promise.all(checks.map(async (check) => [check.name, await verdict(check)] as const));
    const ok = found.every(([, word]) => word === 'ok');
    return c.json({ ok, checks: Object.fromEntries(found) }, ok ? 200 : 503);
  });
  app.get('/metrics', async (c) => {
    const text = await inTime(metrics.render());
    if (text === timedOut) return c.text('The database did not answer in time.', 503);
    return c.body(text, 200, { 'content-type': metrics.contentType });
  });

  if (pictures) addPictureRoute(app, pictures);

  const server = createAdaptorServer({ fetch: app.fetch });

  return {
    async start() {
      server.listen(port, host);
      try {
        await once(server, 'listening');
      } catch (error) {
        throw new Error(`Port ${port} on ${host} cannot be used for health and metrics; set PORT to another one.`, {
          cause: error,
        });
      }
      const bound = server.address();
      const actual = typeof bound === 'object' && bound ? bound.port : port;
      return `http://${host.includes(':') ? `[${host}]` : host}:${actual}`;
    },

    /** Ends at once. An answer about a bot that stops is of no use. */
    async stop() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}
