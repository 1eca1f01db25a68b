import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src/concurrency/clock.ts';
import { logTo } from '../../src/log.ts';
import { type Check, createOperatorServer } from '../../src/ops/health.ts';
import { createMetrics } from '../../src/ops/metrics.ts';

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

/** A server on a free port, and what it logged. With `isInstant`, every wait is over at once. */
async function open(checks: Check[], { isInstant = false, openJobs = async () => [], port = 0 } = {}) {
  const logged: string[] = [];
  const clock: Clock = isInstant ? { ...systemClock, sleep: () => Promise.resolve() } : systemClock;
  const log = logTo({ write: (line) => logged.push(line) });
  const metrics = createMetrics(openJobs);
  const server = createOperatorServer({ host: '127.0.0.1', port, checks, metrics, clock, log });
  running.push(server);
  const url = await server.start();
  return { url, metrics, logged, stop: server.stop, get: (path: string) => fetch(`${url}${path}`) };
}

const never = () => new Promise<never>(() => {});

describe('createOperatorServer', () => {
  it('is alive even when nothing else works', async () => {
    const { get } = await open([{ name: 'database', holds: () => Promise.reject(new Error('away')) }]);
    expect((await get('/healthz')).status).toBe(200);
  });

  it('is ready when every check holds', async () => {
    const { get } = await open([
      { name: 'database', holds: async () => true },
      { name: 'discord', holds: async () => true },
    ]);
    const answer = await get('/readyz');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ ok: true, checks: { database: 'ok', discord: 'ok' } });
  });

  it('names the failed check and logs the reason', async () => {
    const { get, logged } = await open([
      { name: 'database', holds: () => Promise.reject(new Error('no route to db.internal')) },
      { name: 'slack', holds: async () => false },
      { name: 'discord', holds: async () => true },
    ]);
    const answer = await get('/readyz');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ ok: false, checks: { database: 'failed', slack: 'failed', discord: 'ok' } });
    expect(logged.join('')).toContain('no route to db.internal');
  });

  it('gives up on a check that never ends', async () => {
    const { get } = await open([{ name: 'database', holds: never }], { isInstant: true });
    const answer = await get('/readyz');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ ok: false, checks: { database: 'no answer within 2 s' } });
  });

  it('serves metrics in Prometheus’ text format', async () => {
    const { get, metrics } = await open([]);
    metrics.calls.inc({ command: 'help', outcome: 'answered' });
    const answer = await get('/metrics');
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(await answer.text()).toContain('photogpt_bot_calls_total{command="help",outcome="answered"} 1');
  });

  it('gives up on metrics when the database does not answer', async () => {
    const { get } = await open([], { isInstant: true, openJobs: never });
    expect((await get('/metrics')).status).toBe(503);
  });

  it('tells the operator when its port is taken', async () => {
    const { url } = await open([]);
    const port = Number(new URL(url).port);
    await expect(open([], { port })).rejects.toThrow(`Port ${port} on 127.0.0.1 cannot be used`);
  });

  it('stops at once with open connections, and stops twice without harm', async () => {
    const { url, stop } = await open([]);
    const idle = connect(Number(new URL(url).port), '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    await stop();
    await stop();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    idle.destroy();
  });
});
