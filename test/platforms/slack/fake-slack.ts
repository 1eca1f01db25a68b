/** Slack as a server on this machine: Web API, uploads, reply addresses, and Socket Mode or signed requests. */
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { credentials } from '../../security/no-secrets.ts';
import { waitFor } from '../wait-for.ts';
import { blockProblems } from './check-blocks.ts';
import { expectNoSecretsSent } from './no-secrets-sent.ts';
import { type Args, createMethods, type Method, No } from './web-methods.ts';
import { acceptLine, type Line } from './web-socket.ts';
import { createWorkspace } from './workspace.ts';

/** One call as it arrived. `answer` is `ok`, Slack's error code, or the name of a fault. */
type Entry = { method: string; args: Args; answer: string; team?: string; isFault?: boolean };

/** The death of the bot: after this many more requests, nothing goes through. */
type Cut = { after: number; how: 'lost' | 'answer lost' };

/** A fault of the next call of a method. `after` means that the call has its effect all the same. */
export type Fault = { method: string; what: '429' | '503' | '503 after' | 'drop after' | { code: string } };

/** The credentials of the fake app. */
export const { slackSigningSecret: signingSecret, slackToken: botToken, slackAppToken: appToken } = credentials;

type Envelope = { type: 'slash_commands' | 'interactive' | 'events_api'; payload: Args };

/** Time for which Slack waits for an acknowledgement. */
const acknowledgementMs = 3_000;

/** Opens the fake. `granted` are the scopes that the app was installed with. Resolves when the server listens. */
export async function openFake(granted: readonly string[]) {
  const workspace = createWorkspace();
  const scopes = new Set(granted);
  const triggers = new Map<string, number>();
  const views = new Map<string, Args>();
  const homes = new Map<string, Args>();
  const replies = new Map<string, { channel: string; person: string; left: number }>();
  const ledger: Entry[] = [];
  const faults: Fault[] = [];
  const lines = new Set<Line>();
  /** The workspace or organisation of each token. */
  const tokens = new Map([[botToken, 'T1']]);
  const spent = new Set<string>();
  let cut: Cut | undefined;
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
    if (isCutOff(request, response)) return;
    if (kind === 'upload') return receive(request, response, name, body);
    if (kind === 'reply') return reply(response, name, JSON.parse(body.toString()));
    if (kind === 'files') return download(request, response, name);
    callMethod(request, response, name, readArgs(request, body));
  }

  /** Counts down to the bot's death. Returns true if the request no longer counts, as its sender is dead. */
  function isCutOff(request: IncomingMessage, response: ServerResponse): boolean {
    if (!cut) return false;
    const dies = cut.after <= 0;
    cut.after -= 1;
    if (!dies) return false;
    // The request that it dies at may have its effect. Later ones have none.
    if (cut.how === 'lost' || cut.after < -1) {
      request.socket.destroy();
      return true;
    }
    response.end = () => request.socket.destroy() && response;
    return false;
  }

  function takeFault(method: string): Fault['what'] | undefined {
    const index = faults.findIndex((fault) => fault.method === method);
    return index < 0 ? undefined : faults.splice(index, 1)[0]?.what;
  }

  function callMethod(request: IncomingMessage, response: ServerResponse, name: string, args: Args): void {
    const fault = takeFault(name);
    const team = tokens.get(tokenOf(request));
    const entry: Entry = { method: name, args, answer: '', team, isFault: fault !== undefined };
    ledger.push(entry);
    const send = (status: number, content: object, headers = {}) => {
      const scopesHeader = team ? { 'x-oauth-scopes': [...scopes].join() } : {};
      response.writeHead(status, { 'content-type': 'application/json', ...scopesHeader, ...headers });
      response.end(JSON.stringify(content));
    };
    if (fault === '429' || fault === '503') {
      entry.answer = fault;
      send(Number(fault), {}, fault === '429' ? { 'retry-after': '1' } : {});
      return;
    }
    const answer = typeof fault === 'object' ? { ok: false, error: fault.code } : act(request, name, args);
    entry.answer = answer.ok ? 'ok' : String(answer.error);
    if (fault === 'drop after') request.socket.destroy();
    else if (fault === '503 after') send(503, {});
    else send(200, answer);
  }

  function act(request: IncomingMessage, name: string, args: Args): Args {
    if (name === 'oauth.v2.access') return grant(args);
    const method = methods[name];
    if (!method) return { ok: false, error: 'unknown_method' };
    const token = tokenOf(request);
    const isKnown = name === 'apps.connections.open' ? token === appToken : tokens.has(token);
    if (!isKnown) return { ok: false, error: 'invalid_auth' };
    if (method.scopes.length && !method.scopes.some((scope) => scopes.has(scope)))
      return { ok: false, error: 'missing_scope', needed: method.scopes.join() };
    return run(method, args);
  }

  function run(method: Method, args: Args): Args {
    try {
      return { ok: true, ...method.run(args) };
    } catch (error) {
      if (!(error instanceof No)) throw error;
      return { ok: false, error: error.code, response_metadata: { messages: [error.message] } };
    }
  }

  /** Gives a token for a code such as `T1.x`, or for a refresh token such as `xoxe-T1.5`. Each works once. */
  function grant({ code, refresh_token: refresh }: Args): Args {
    const given = String(refresh ?? code);
    const [, owner] = /^(?:xoxe-)?([TE]\d+)\./.exec(given) ?? [];
    if (!owner || spent.has(given)) return { ok: false, error: 'invalid_refresh_token' };
    spent.add(given);
    const token = `xoxe.xoxb-${owner}.${spent.size}`;
    tokens.set(token, owner);
    const isOrganisation = owner.startsWith('E');
    return {
      ...{ ok: true, access_token: token, refresh_token: `xoxe-${owner}.${spent.size}`, expires_in: 43_200 },
      ...{ token_type: 'bot', app_id: 'A1', scope: [...scopes].join(), bot_user_id: 'UBOT' },
      ...{ team: isOrganisation ? null : { id: owner, name: 'Test' }, is_enterprise_install: isOrganisation },
      ...{ enterprise: isOrganisation ? { id: owner, name: 'All' } : null, authed_user: { id: 'UADA' } },
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
    const isAllowed = tokens.has(tokenOf(request)) && file?.state !== 'deleted' && file?.bytes;
    response.writeHead(200, { 'content-type': isAllowed ? 'application/octet-stream' : 'text/html; charset=utf-8' });
    response.end(isAllowed ? file.bytes : '<html>Sign in</html>');
  }

  function reply(response: ServerResponse, id: string, body: Args): void {
    const to = replies.get(id);
    const isGood = to && to.left > 0;
    const problems = blockProblems(body.blocks, 'message');
    ledger.push({
      method: 'reply',
      args: body,
      answer: problems.length ? 'invalid_blocks' : isGood ? 'ok' : 'expired',
    });
    if (isGood) {
      to.left -= 1;
      const blocks = Array.isArray(body.blocks) ? body.blocks : [];
      workspace.post(to.channel, { text: String(body.text ?? ''), blocks, onlyFor: to.person });
    }
    response.writeHead(isGood ? 200 : 404);
    response.end('ok');
  }

  /** Sends a payload as Slack does. Returns the acknowledgement. Rejects without one within three seconds. */
  async function deliver({ type, payload }: Envelope): Promise<unknown> {
    if (!scopesOf({ type, payload }).every((scope) => scopes.has(scope))) return undefined;
    if (requestUrl) return deliverSigned(requestUrl, type, payload);
    const line = await waitFor(() => [...lines].at(-1), acknowledgementMs);
    if (!line) throw new Error('nobody is connected');
    const id = randomUUID();
    const acknowledged = new Promise<unknown>((resolve, reject) => {
      waiting.set(id, resolve);
      setTimeout(() => reject(new Error(`${type} was not acknowledged`)), acknowledgementMs).unref();
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
    workspace,
    scopes,
    tokens,
    ledger,
    faults,
    views,
    homes,
    lines,
    deliver,
    /** Returns the scopes of a method, of which it needs one. */
    needs: (method: string) => methods[method]?.scopes ?? [],
    /** Calls that Slack refused because the bot called wrongly. A correct bot has none. */
    complaints: () => ledger.filter(({ answer, isFault }) => wrongCallCodes.has(answer) && !isFault),
    /** Lets the bot die at one of its next requests. Without an argument, it may live again. */
    cutAt(next?: Cut) {
      cut = next;
    },
    /** Whether the bot has died. */
    isCut: () => cut !== undefined && cut.after < 0,
    url: () => address,
    /** From now on, payloads go to this address as signed requests. */
    sendTo(url: string) {
      requestUrl = url;
    },
    trigger(): string {
      const id = randomUUID();
      triggers.set(id, Date.now() + acknowledgementMs);
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
      expectNoSecretsSent({ ledger, posts: workspace.posts, homes });
    },
  };
}

/** The fake that is open. */
export type Fake = Awaited<ReturnType<typeof openFake>>;

const tokenOf = ({ headers }: IncomingMessage) => headers.authorization?.replace('Bearer ', '') ?? '';

/** Answers to a bot that calls wrongly. */
const wrongCallCodes = new Set(['missing_scope', 'invalid_blocks', 'invalid_arguments', 'unknown_method']);

/** Returns the scopes that a payload needs. Slack reports to an app only what it was granted. */
function scopesOf({ type, payload }: Envelope): string[] {
  if (type === 'slash_commands') return ['commands'];
  const kind = type === 'interactive' ? payload.type : (payload.event as Args).type;
  if (kind === 'shortcut' || kind === 'message_action') return ['commands'];
  if (kind === 'app_mention') return ['app_mentions:read'];
  return kind === 'message' ? ['im:history'] : [];
}

/** Sends a request as Slack signs it. `ageSeconds`, `secret` and `signed` make it a wrong one. */
export async function send(
  to: string,
  body: string,
  { json = false, ageSeconds = 0, secret = signingSecret, signed = true } = {},
) {
  const timestamp = String(Math.floor(Date.now() / 1000) - ageSeconds);
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const headers = { 'content-type': json ? 'application/json' : 'application/x-www-form-urlencoded' };
  const proof: Record<string, string> = signed
    ? { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature }
    : {};
  return fetch(to, {
    method: 'POST',
    body,
    headers: { ...headers, ...proof },
    signal: AbortSignal.timeout(acknowledgementMs),
  });
}

/** Reads the arguments of a call: JSON, or a form with lists and objects as JSON in it. */
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
