/** A fake Discord: its REST API over HTTP and its gateway over a WebSocket, with faults on demand. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../src/concurrency/clock.ts';
import { credentials, expectNoCredentials, expectNoSecrets } from '../../security/no-secrets.ts';
import { createFakeGateway } from './fake-gateway.ts';
import type { Settings } from './fake-messages.ts';
import { judgeRequest } from './openapi.ts';
import { createBodyReader } from './request-body.ts';
import { createRoutes } from './routes.ts';
import { createWorld, Problem } from './world.ts';

/** Token that the fake accepts from a bot. */
export const botToken = credentials.discordToken;

/** Answer of a fault. With `effect`, the request takes effect before it. */
type FaultAnswer = { status: number; code?: number; retryAfter?: number; effect?: true };

/**
 * A fault of the next requests that fit: another answer, a request that is lost before it has its effect (`lost`), or one
 * whose answer is lost afterwards (`answer lost`).
 */
export type Fault = {
  method: string;
  path: RegExp;
  times: number;
  /** Fitting requests that are let through first. */
  after?: number;
  how: FaultAnswer | 'lost' | 'answer lost';
};

/** Opens the fake on a free port. `close` also checks that no credentials were in what the bot sent. */
export async function openFake(clock: Pick<Clock, 'now'>) {
  const world = createWorld(clock);
  const violations: string[] = [];
  const settings: Settings = { refusesComponents: false, uploadLimit: 25 * 1024 * 1024, isMember: true, tier: 0 };
  const answerRoute = createRoutes(world, violations, settings);
  const { bodyOf, uploads } = createBodyReader(world, settings);
  const faults: Fault[] = [];
  /** Called with each request that has come. The request is answered when the promise has ended. */
  const gate: { before(path: string): Promise<void> | void } = { before: () => {} };

  const server = createServer((request, response) => {
    // The connection can break while the fake reads.
    serve(request, response).catch(() => request.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const gateway = createFakeGateway(server, url, world);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', url);
    const stored = /^\/files\/(\d+)/.exec(pathname);
    if (stored) {
      const file = world.files.get(stored[1] ?? '');
      response.writeHead(file ? 200 : 404).end(file?.bytes);
      return;
    }
    const path = pathname.replace(/^\/api\/v10/, '');
    if (path.startsWith('/gateway')) return serveGatewayAddress(request, response);
    await serveRoute(request, response, path, query);
  }

  const hasBotToken = (request: IncomingMessage) => request.headers.authorization === `Bot ${botToken}`;

  function serveGatewayAddress(request: IncomingMessage, response: ServerResponse): void {
    const limit = { total: 1000, remaining: 1000, reset_after: 0, max_concurrency: 16 };
    if (!hasBotToken(request)) send(response, 401, { code: 0, message: '401: Unauthorized' });
    else send(response, 200, { url: url.replace('http', 'ws'), shards: 1, session_start_limit: limit });
  }

  /** Returns the fault of a request, and counts it down. */
  function takeFault(method: string, path: string): Fault['how'] | undefined {
    const fitting = faults.filter((one) => one.times > 0 && method.match(one.method) && one.path.test(path));
    const fault = fitting.find(({ after = 0 }) => after === 0);
    for (const one of fitting) if (one.after) one.after -= 1;
    if (fault) fault.times -= 1;
    return fault?.how;
  }

  async function serveRoute(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): Promise<void> {
    const method = request.method ?? 'GET';
    const { body, files } = await bodyOf(request);
    const entry = { method, path, status: 0, body, files: files.map(({ filename }) => filename) };
    world.ledger.push(entry);
    await gate.before(path);
    const fault = takeFault(method, path);
    if (fault === 'lost') return void request.socket.destroy();
    if (typeof fault === 'object' && !fault.effect) {
      entry.status = fault.status;
      return sendFault(response, fault);
    }
    const isMultipart = files.length > 0;
    const { status, result } = takeEffect(() => {
      violations.push(...judgeRequest(method, path, body, isMultipart, query));
      return answerRoute({
        method,
        path,
        query,
        body: (body ?? {}) as Record<string, unknown>,
        files,
        hasBotToken: hasBotToken(request),
      });
    });
    entry.status = status;
    if (fault === undefined || status !== 200) sendResult(response, status, result);
    else if (fault === 'answer lost') request.socket.destroy();
    else sendFault(response, fault);
  }

  /** Returns the answer of a route. An error becomes an answer, too, and an unexpected one a violation. */
  function takeEffect(work: () => unknown): { status: number; result: unknown } {
    try {
      return { status: 200, result: work() };
    } catch (error) {
      const { status, code, message } = error instanceof Problem ? error : new Problem(500, 0, String(error));
      if (status === 500) violations.push(message);
      return { status, result: { code, message } };
    }
  }

  return {
    url,
    apiUrl: `${url}/api`,
    world,
    violations,
    settings,
    faults,
    uploads,
    gate,
    /** Shards and intents with which bots have identified. */
    identified: gateway.identified,
    /** Sends an event to every bot that is connected. */
    dispatch: gateway.dispatch,
    /** Returns the number of connections to the gateway. */
    connected: gateway.connected,
    /** Breaks every connection to the gateway. */
    hangUp: gateway.hangUp,
    async close(): Promise<void> {
      gateway.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      for (const { method, path, body, files: names } of world.ledger) {
        // An interaction's token is in the address, because it is what allows the answer.
        expectNoCredentials('an address of Discord’s', path);
        expectNoSecrets(`the body of ${method} to Discord`, [body, names]);
      }
    },
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(body === undefined ? undefined : JSON.stringify(body));
}

const sendResult = (response: ServerResponse, status: number, result: unknown) =>
  send(response, result === undefined ? 204 : status, result);

function sendFault(response: ServerResponse, { status, code = 0, retryAfter }: FaultAnswer): void {
  if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter));
  send(response, status, { code, message: 'as ordered', retry_after: retryAfter });
}

/** The fake, open. */
export type Fake = Awaited<ReturnType<typeof openFake>>;
