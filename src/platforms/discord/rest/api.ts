/** Discord's REST API. discord.js keeps the rate limits. This file sends the bytes, streams files and closes connections. */
import { randomUUID } from 'node:crypto';
import { REST, type RESTOptions } from 'discord.js';
import { Agent, request as send } from 'undici';
import { queueSweepIntervalMs } from '../timings.ts';
import { toDiscordError } from './discord-error.ts';
import { multipart, type StreamedBody, type Upload } from './multipart.ts';

/** One request. `auth` is false where the address holds an interaction's token, which is a secret. */
export type ApiRequest = {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  route: `/${string}`;
  query?: Record<string, string>;
  body?: object;
  uploads?: readonly Upload[];
  auth?: boolean;
  signal: AbortSignal;
};

/** Sends a request. Returns the JSON of the answer, undefined for an empty one. Throws `DiscordError`. */
export type Api = (request: ApiRequest) => Promise<unknown>;

/** An `Api` whose connections can be closed, for a script that ends by itself. `close` waits for requests under way. */
export type ClosableApi = Api & { close(): Promise<void> };

type Parts = {
  token: string;
  apiUrl: string;
  /** Time limit until the head of the answer has come. Uploads count. */
  timeoutMs: number;
  /** Longest wait for a rate limit. A longer one is an error. */
  maxRateLimitWaitMs: number;
  /** Called with 401, 403 or 429. After ten thousand of them in ten minutes Discord blocks the address. */
  onInvalid?(status: number): void;
};

/** Requests a second with the bot's token. Requests with an interaction's token do not count among them. */
const botRequestsPerSecond = 50;

/** Connections to Discord at the same time. */
const maxConnections = 100;

/** Returns the sender. It repeats no request by itself, except after 429, which had no effect. */
export function createApi({ token, apiUrl, timeoutMs, maxRateLimitWaitMs, onInvalid }: Parts): ClosableApi {
  const agent = new Agent({ connections: maxConnections, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
  const makeRequest = createMakeRequest(agent, onInvalid);
  const createRest = (globalRequestsPerSecond: number) =>
    new REST({
      api: apiUrl.replace(/\/v\d+$/, ''),
      version: '10',
      retries: 0,
      timeout: timeoutMs,
      handlerSweepInterval: queueSweepIntervalMs,
      globalRequestsPerSecond,
      rejectOnRateLimit: ({ timeToReset, retryAfter }) => Math.max(timeToReset, retryAfter) > maxRateLimitWaitMs,
      makeRequest,
    }).setToken(token);
  const restOfBot = createRest(botRequestsPerSecond);
  const restOfInteractions = createRest(Number.MAX_SAFE_INTEGER);

  const api: Api = async ({ method, route, query, body, uploads = [], auth = true, signal }) => {
    // discord.js leaves its listener on the signal, so it gets one that goes away with the request. Not
    // `AbortSignal.any`: while that has a listener, Node 20 keeps it until the other aborts, and that may be never.
    const own = new AbortController();
    const stop = () => own.abort(signal.reason);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    const streamed = uploads.length > 0 ? multipart(body, uploads, `photogpt-${randomUUID()}`) : undefined;
    try {
      const answer = await (auth ? restOfBot : restOfInteractions).queueRequest({
        method: method as never,
        fullRoute: route,
        query: query && new URLSearchParams(query),
        body: streamed ?? body,
        passThroughBody: streamed !== undefined,
        auth,
        signal: own.signal,
      });
      const text = await answer.text();
      return text ? (JSON.parse(text) as unknown) : undefined;
    } catch (error) {
      signal.throwIfAborted();
      throw toDiscordError(error);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };
  return Object.assign(api, { close: () => agent.close() });
}

const isStreamed = (body: unknown): body is StreamedBody =>
  typeof body === 'object' && body !== null && 'open' in body && 'bytes' in body;

/**
 * Returns the function that sends for discord.js. By itself, discord.js reads whole files into memory, and undici's fetch
 * keeps them there. A stream of known length does neither.
 */
function createMakeRequest(agent: Agent, onInvalid: Parts['onInvalid']): RESTOptions['makeRequest'] {
  return async (url, init) => {
    const body: unknown = init.body;
    const headers = new Headers(init.headers as Record<string, string>);
    if (isStreamed(body)) {
      headers.set('content-type', body.type);
      headers.set('content-length', String(body.bytes));
    }
    const answer = await send(url, {
      dispatcher: agent,
      method: init.method as ApiRequest['method'],
      headers: Object.fromEntries(headers),
      body: isStreamed(body) ? body.open() : ((body as string | null | undefined) ?? null),
      signal: init.signal as AbortSignal,
    });
    const status = answer.statusCode;
    const isInvalid = status === 401 || status === 403 || status === 429;
    if (isInvalid && answer.headers['x-ratelimit-scope'] !== 'shared') onInvalid?.(status);
    const answerHeaders = Object.entries(answer.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    );
    return {
      body: null,
      bodyUsed: false,
      arrayBuffer: () => answer.body.arrayBuffer(),
      json: () => answer.body.json(),
      text: () => answer.body.text(),
      headers: new Headers(answerHeaders),
      status,
      statusText: '',
      ok: status >= 200 && status < 300,
    };
  };
}
