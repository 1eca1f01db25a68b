/** What an operator's machinery asks of the bot over HTTP: is it alive, is it ready, and how is it doing. */
import { once } from 'node:events';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import type { Clock } from '../concurrency/clock.ts';
import type { Log } from '../log.ts';
import type { Metrics } from './metrics.ts';
import { addPictureRoute, type Pictures } from './picture-route.ts';

/** Something the bot cannot do without. `holds` says whether it is there; rejecting is the same as false. */
export type Check = { name: string; holds(): Promise<boolean> };

/** How long one answer may take to come about, in milliseconds; Docker and Kubernetes ask again after a few seconds. */
const patience = 2_000;

const late = Symbol('late');

type Parts = {
  host: string;
  /** 0 picks a free one. */
  port: number;
  checks: Check[];
  metrics: Pick<Metrics, 'render' | 'contentType'>;
  /** What PhotoGPT may fetch from us, where the bot has a public address. */
  pictures?: Pictures;
  clock: Clock;
  log: Log;
};

/**
 * A server that answers `/healthz` (200 while the process runs), `/readyz` (JSON `{ ok, checks: { database: 'ok' } }`,
 * 503 unless every check holds within two seconds) and `/metrics`. It listens from `start`, which resolves to its address
 * and rejects with a sentence for the operator when the port is taken.
 */
export function createOperatorServer({ host, port, checks, metrics, pictures, clock, log }: Parts) {
  /** What `work` comes to, or `late`. */
  async function inTime<T>(work: Promise<T>) {
    const settled = new AbortController();
    const timeout = clock.sleep(patience, settled.signal).then((): typeof late => late);
    try {
      return await Promise.race([work, timeout]);
    } finally {
      settled.abort();
    }
  }

  /** One word or sentence for `/readyz`. Why a check failed is for the log: it may name hosts and accounts. */
  async function verdict({ name, holds }: Check) {
    try {
      const held = await inTime(holds());
      if (held === late) return `no answer within ${patience / 1_000} s`;
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
    if (text === late) return c.text('The database did not answer in time.', 503);
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

    /** Ends at once: whoever asks about a bot that stops has no use for the answer. */
    async stop() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}
