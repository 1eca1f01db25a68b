/** A stand-in for Discord: its REST API over HTTP and its gateway over a WebSocket, with faults on demand. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../../src/concurrency/clock.ts';
import { credentials, expectNoCredentials, expectNoSecrets } from '../../security/no-secrets.ts';
import { judgeRequest } from './openapi.ts';
import { createRoutes, type Settings } from './routes.ts';
import { skimUpload } from './skim-upload.ts';
import { application, createWorld, type File, guild, Problem } from './world.ts';

export const botToken = credentials.discordToken;

/** What happens to the next requests that fit: an answer instead of the effect (or, with `effect`, of its own answer), or no answer. */
export type Fault = {
  method: string;
  path: RegExp;
  times: number;
  /** So many requests that fit are let through first. */
  after?: number;
  how: { status: number; code?: number; retryAfter?: number; effect?: true } | 'lost' | 'answer lost';
};

export async function openStandIn(clock: Pick<Clock, 'now'>) {
  const world = createWorld(clock);
  const violations: string[] = [];
  const settings: Settings = { refusesComponents: false, uploadLimit: 25 * 1024 * 1024, isMember: true, tier: 0 };
  const answer = createRoutes(world, violations, settings);
  const faults: Fault[] = [];
  /** Told of every request that has come, which is then answered when this is over. */
  const gate: { before(path: string): Promise<void> | void } = { before: () => {} };
  /** With `letsFilesGo`: what came in, and when, by the clock that only goes forward. */
  const uploads: { bytes: number; began: number; ended: number }[] = [];
  const sockets = new Set<WebSocket>();
  const identified: { shard: [number, number]; intents: number }[] = [];
  let sequence = 0;

  const server = createServer((request, response) => {
    // Whoever asked was cut off in the middle of it.
    serve(request, response).catch(() => request.socket.destroy());
  });
  const gateway = new WebSocketServer({ server });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const method = request.method ?? 'GET';
    const stored = /^\/files\/(\d+)/.exec(pathname);
    if (stored) {
      const file = world.files.get(stored[1] ?? '');
      response.writeHead(file ? 200 : 404).end(file?.bytes);
      return;
    }
    const path = pathname.replace(/^\/api\/v10/, '');
    if (path.startsWith('/gateway')) {
      if (request.headers.authorization !== `Bot ${botToken}`)
        return send(response, 401, { code: 0, message: '401: Unauthorized' });
      const start = { total: 1000, remaining: 1000, reset_after: 0, max_concurrency: 16 };
      return send(response, 200, { url: url.replace('http', 'ws'), shards: 1, session_start_limit: start });
    }
    const { body, files } = await bodyOf(request);
    const entry = { method, path, status: 0, body, files: files.map(({ filename }) => filename) };
    world.ledger.push(entry);
    await gate.before(path);
    const fitting = faults.filter((one) => one.times > 0 && method.match(one.method) && one.path.test(path));
    const fault = fitting.find(({ after = 0 }) => after === 0);
    for (const one of fitting) if (one.after) one.after -= 1;
    if (fault) fault.times -= 1;
    if (fault?.how === 'lost') return void request.socket.destroy();
    const ordered = typeof fault?.how === 'object' ? fault.how : undefined;
    const answerOrdered = ({ status, code = 0, retryAfter }: Exclude<Fault['how'], string>) => {
      if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter));
      send(response, status, { code, message: 'as ordered', retry_after: retryAfter });
    };
    if (ordered && !ordered.effect) {
      entry.status = ordered.status;
      return answerOrdered(ordered);
    }
    try {
      violations.push(...judgeRequest(method, path, body, files.length > 0, searchParams));
      const hasBotToken = request.headers.authorization === `Bot ${botToken}`;
      const query = searchParams;
      const result = answer({ method, path, query, body: (body ?? {}) as Record<string, unknown>, files, hasBotToken });
      entry.status = 200;
      if (fault?.how === 'answer lost') return void request.socket.destroy();
      if (ordered) return answerOrdered(ordered);
      send(response, result === undefined ? 204 : 200, result);
    } catch (error) {
      const { status, code, message } =
        error instanceof Problem ? error : { status: 500, code: 0, message: String(error) };
      if (status === 500) violations.push(message);
      entry.status = status;
      send(response, status, { code, message });
    }
  }

  gateway.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: 45_000 } }));
    socket.on('message', (data) => {
      const { op, d } = JSON.parse(String(data)) as { op: number; d: { shard?: [number, number]; intents: number } };
      if (op === 1) socket.send(JSON.stringify({ op: 11 }));
      if (op !== 2 && op !== 6) return;
      if (op === 2) identified.push({ shard: d.shard ?? [0, 1], intents: d.intents });
      const ready = {
        v: 10,
        user: { ...world.bot, discriminator: '0' },
        session_id: 'one',
        resume_gateway_url: url.replace('http', 'ws'),
      };
      const more = {
        application: { id: application, flags: 0 },
        guilds: [{ id: guild, unavailable: true }],
        shard: d.shard ?? [0, 1],
      };
      sequence += 1;
      socket.send(
        JSON.stringify(
          op === 2
            ? { op: 0, t: 'READY', s: sequence, d: { ...ready, ...more } }
            : { op: 0, t: 'RESUMED', s: sequence, d: {} },
        ),
      );
    });
  });

  return {
    ...{ url, apiUrl: `${url}/api`, world, violations, settings, faults, identified, uploads, gate },
    /** Sends an event to every bot that is connected. */
    dispatch(type: string, data: unknown): void {
      sequence += 1;
      for (const socket of sockets) socket.send(JSON.stringify({ op: 0, t: type, s: sequence, d: data }));
    },
    connected: () => sockets.size,
    /** Breaks every connection to the gateway. */
    hangUp(): void {
      for (const socket of sockets) socket.terminate();
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.terminate();
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

  async function bodyOf(request: IncomingMessage): Promise<{ body: unknown; files: File[] }> {
    const type = request.headers['content-type'] ?? '';
    if (settings.letsFilesGo && type.startsWith('multipart/')) {
      const began = performance.now();
      const { payload, bytes: count } = await skimUpload(request);
      uploads.push({ bytes: count, began, ended: performance.now() });
      const { attachments = [] } = payload as { attachments?: { filename: string }[] };
      const none = { bytes: Buffer.alloc(0), content_type: '' };
      return {
        body: payload,
        files: attachments.map(({ filename }) => ({ id: world.snowflake(), filename, ...none })),
      };
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    if (!type.startsWith('multipart/'))
      return { body: bytes.length > 0 ? JSON.parse(String(bytes)) : undefined, files: [] };
    const form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
    const sent = [...form].filter(([name]) => name.startsWith('files['));
    const files = await Promise.all(
      sent.map(async ([, value]) => {
        if (typeof value === 'string') throw new Error('a file without a name');
        return {
          id: world.snowflake(),
          filename: value.name,
          bytes: Buffer.from(await value.arrayBuffer()),
          content_type: value.type,
        };
      }),
    );
    return { body: JSON.parse(String(form.get('payload_json'))), files };
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(body === undefined ? undefined : JSON.stringify(body));
}

export type Fake = Awaited<ReturnType<typeof openStandIn>>;
