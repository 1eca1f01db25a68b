/** Slack as a server on this machine: Web API, uploads, reply addresses, and Socket Mode or signed requests. */
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { vi } from 'vitest';
import { type Args, createMethods, No } from './web-methods.ts';
import { acceptLine, type Line } from './web-socket.ts';
import { createWorkspace } from './workspace.ts';

/** One call as it arrived: `answer` is Slack's error code, `ok`, or what a fault made of it. */
type Entry = { method: string; args: Args; answer: string };

/** What goes wrong with the next call of a method. `after` means that the call has its effect all the same. */
export type Fault = { method: string; what: '429' | '503' | '503 after' | 'drop after' | { code: string } };

export const signingSecret = 'test-signing-secret';
export const botToken = 'xoxb-test';
export const appToken = 'xapp-test';

type Envelope = { type: 'slash_commands' | 'interactive' | 'events_api'; payload: Args };

/** Milliseconds that Slack waits for an acknowledgement. */
const patience = 3_000;

/** `scopes` are what the app was installed with. Resolves when the server listens. */
export async function openStandIn(granted: readonly string[]) {
  const workspace = createWorkspace();
  const scopes = new Set(granted);
  const triggers = new Map<string, number>();
  const views = new Map<string, Args>();
  const homes = new Map<string, Args>();
  const replies = new Map<string, { channel: string; person: string; left: number }>();
  const ledger: Entry[] = [];
  const faults: Fault[] = [];
  const lines = new Set<Line>();
  const tokens = new Set([botToken]);
  const waiting = new Map<string, (payload: unknown) => void>();
  let address = '';
  let requestUrl: string | undefined;

  const methods = createMethods({ workspace, url: () => address, scopes, triggers, views, homes });

  const server = createServer((request, response) => {
    serve(request, response).catch((error) => {
      response.writeHead(500);
      response.end(String(error));
    });
  });
  server.on('upgrade', (request, socket) => {
    const line = acceptLine(request, socket, {
      text(text) {
        const { envelope_id: id, payload } = JSON.parse(text);
        waiting.get(id)?.(payload);
        waiting.delete(id);
      },
      gone: () => lines.delete(line),
    });
    lines.add(line);
    line.send(JSON.stringify({ type: 'hello', num_connections: 1 }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, kind, name = ''] = (request.url ?? '').split('/');
    const body = await buffer(request);
    if (kind === 'upload') return receive(request, response, name, body);
    if (kind === 'reply') return reply(response, name, JSON.parse(body.toString()));
    if (kind === 'files') return download(request, response, name);
    const args = readArgs(request, body);
    const fault = faults.findIndex(({ method }) => method === name);
    const what = fault < 0 ? undefined : faults.splice(fault, 1)[0]?.what;
    const entry: Entry = { method: name, args, answer: '' };
    ledger.push(entry);
    const send = (status: number, content: object, headers = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(content));
    };
    if (what === '429') {
      entry.answer = '429';
      return send(429, {}, { 'retry-after': '1' });
    }
    if (what === '503') {
      entry.answer = '503';
      return send(503, {});
    }
    const answer = typeof what === 'object' ? { ok: false, error: what.code } : act(request, name, args);
    entry.answer = answer.ok ? 'ok' : String(answer.error);
    if (what === '503 after') return send(503, {});
    if (what === 'drop after') return void request.socket.destroy();
    send(200, answer);
  }

  function act(request: IncomingMessage, name: string, args: Args): Args {
    const given = request.headers.authorization?.replace('Bearer ', '');
    if (name === 'oauth.v2.access') return grant(args);
    const method = methods[name];
    if (!method) return { ok: false, error: 'unknown_method' };
    const isKnown = name === 'apps.connections.open' ? given === appToken : tokens.has(given ?? '');
    if (!isKnown) return { ok: false, error: 'invalid_auth' };
    if (method.scopes.length && !method.scopes.some((scope) => scopes.has(scope)))
      return { ok: false, error: 'missing_scope', needed: method.scopes.join() };
    try {
      return { ok: true, ...method.run(args) };
    } catch (error) {
      if (error instanceof No)
        return { ok: false, error: error.code, response_metadata: { messages: [error.message] } };
      throw error;
    }
  }

  /** A token for a code or for a token that renews: each of them works once. */
  function grant({ code, refresh_token: refresh }: Args): Args {
    const spent = String(refresh ?? code);
    if (tokens.has(spent) || (refresh && !spent.startsWith('xoxe-')))
      return { ok: false, error: 'invalid_refresh_token' };
    tokens.add(spent);
    const token = `xoxe.xoxb-${tokens.size}`;
    tokens.add(token);
    return {
      ...{ ok: true, access_token: token, refresh_token: `xoxe-${tokens.size}`, expires_in: 43_200, token_type: 'bot' },
      ...{ app_id: 'A1', scope: [...scopes].join(), bot_user_id: 'UBOT', team: { id: 'T1', name: 'Test' } },
      ...{ enterprise: null, is_enterprise_install: false, authed_user: { id: 'UADA' } },
    };
  }

  function receive(request: IncomingMessage, response: ServerResponse, id: string, body: Buffer): void {
    const at = faults.findIndex(({ method }) => method === 'upload');
    if (at >= 0) {
      faults.splice(at, 1);
      request.socket.destroy();
      return;
    }
    const file = workspace.uploads.get(id);
    const said = Number(request.headers['content-length']);
    ledger.push({
      method: 'upload',
      args: { id, length: said },
      answer: file?.length === body.length ? 'ok' : 'wrong length',
    });
    if (file?.length === body.length && said === body.length) file.bytes = body;
    response.writeHead(file?.bytes ? 200 : 400);
    response.end('OK');
  }

  function download(request: IncomingMessage, response: ServerResponse, id: string): void {
    const file = workspace.uploads.get(id);
    // Without the token Slack answers 200 and a page for signing in.
    const isAllowed = tokens.has(request.headers.authorization?.replace('Bearer ', '') ?? '') && file?.bytes;
    response.writeHead(200, { 'content-type': isAllowed ? 'application/octet-stream' : 'text/html; charset=utf-8' });
    response.end(isAllowed ? file.bytes : '<html>Sign in</html>');
  }

  function reply(response: ServerResponse, id: string, body: Args): void {
    const to = replies.get(id);
    const isGood = to && to.left > 0;
    ledger.push({ method: 'reply', args: body, answer: isGood ? 'ok' : 'expired' });
    if (isGood) {
      to.left -= 1;
      const blocks = Array.isArray(body.blocks) ? body.blocks : [];
      workspace.post(to.channel, { text: String(body.text ?? ''), blocks, onlyFor: to.person });
    }
    response.writeHead(isGood ? 200 : 404);
    response.end('ok');
  }

  /** Sends a payload as Slack does, and gives back what the acknowledgement said. Rejects without one in three seconds. */
  async function deliver({ type, payload }: Envelope): Promise<unknown> {
    if (requestUrl) return deliverSigned(requestUrl, type, payload);
    const line = await vi.waitUntil(() => [...lines].at(-1), patience);
    const id = randomUUID();
    const acknowledged = new Promise<unknown>((resolve, reject) => {
      waiting.set(id, resolve);
      setTimeout(() => reject(new Error(`${type} was not acknowledged`)), patience).unref();
    });
    line.send(JSON.stringify({ envelope_id: id, type, payload, accepts_response_payload: true }));
    return acknowledged;
  }

  async function deliverSigned(to: string, type: Envelope['type'], payload: Args): Promise<unknown> {
    const fields = (values: Args) =>
      new URLSearchParams(Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)])));
    const body =
      type === 'events_api'
        ? JSON.stringify(payload)
        : (type === 'interactive' ? fields({ payload: JSON.stringify(payload) }) : fields(payload)).toString();
    const response = await send(to, body, { json: type === 'events_api' });
    if (!response.ok) throw new Error(`the bot answered ${response.status}`);
    const text = await response.text();
    return text.startsWith('{') ? JSON.parse(text) : undefined;
  }

  return {
    ...{ workspace, scopes, tokens, ledger, faults, views, homes, lines, deliver },
    url: () => address,
    /** From now on, payloads go to this address as signed requests. */
    sendTo(url: string) {
      requestUrl = url;
    },
    trigger(): string {
      const id = randomUUID();
      triggers.set(id, Date.now() + patience);
      return id;
    },
    replyAddress(channel: string, person: string): string {
      const id = randomUUID();
      replies.set(id, { channel, person, left: 5 });
      return `${address}/reply/${id}`;
    },
    calls: (method: string) => ledger.filter((entry) => entry.method === method),
    async close(): Promise<void> {
      for (const line of lines) line.drop();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type StandIn = Awaited<ReturnType<typeof openStandIn>>;

/** A request as Slack signs it; `age` in seconds and `secret` make it a wrong one. */
export async function send(
  to: string,
  body: string,
  { json = false, age = 0, secret = signingSecret, signed = true } = {},
) {
  const timestamp = String(Math.floor(Date.now() / 1000) - age);
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const headers = { 'content-type': json ? 'application/json' : 'application/x-www-form-urlencoded' };
  const proof: Record<string, string> = signed
    ? { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature }
    : {};
  return fetch(to, { method: 'POST', body, headers: { ...headers, ...proof }, signal: AbortSignal.timeout(patience) });
}

/** Slack takes forms, with lists and objects as JSON in them. */
function readArgs(request: IncomingMessage, body: Buffer): Args {
  if (request.headers['content-type']?.includes('json')) return JSON.parse(body.toString());
  const { token: _, ...args } = Object.fromEntries(new URLSearchParams(body.toString()));
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      key,
      /^[[{]/.test(value) && key !== 'text' ? JSON.parse(value) : value,
    ]),
  );
}
