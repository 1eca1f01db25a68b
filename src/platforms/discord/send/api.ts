/** Discord's REST API: discord.js keeps the rate limits, this sends the bytes, streams the files and reads the errors. */
import { randomUUID } from 'node:crypto';
import { DiscordAPIError, HTTPError, RateLimitError, REST, type RESTOptions } from 'discord.js';
import { Agent, request as send } from 'undici';
import { DiscordError } from './discord-error.ts';
import { multipart, type StreamedBody, type Upload } from './multipart.ts';

/** One request. `auth` is false for what an interaction's token allows; its address is a secret then. */
export type Ask = {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  route: `/${string}`;
  query?: Record<string, string>;
  body?: object;
  uploads?: readonly Upload[];
  auth?: boolean;
  signal: AbortSignal;
};

/** Sends a request and gives the JSON of the answer, undefined for an empty one. Throws `DiscordError`. */
export type Api = (ask: Ask) => Promise<unknown>;

/** An `Api` whose connections can be closed, for a script that ends by itself. `close` waits for requests under way. */
export type ClosableApi = Api & { close(): Promise<void> };

type Parts = {
  token: string;
  apiUrl: string;
  /** Until the answer's head has come, in milliseconds. Uploads count. */
  timeout: number;
  /** A wait for a rate limit that is longer than this is an error, in milliseconds. */
  longestWait: number;
  /** Called with 401, 403 or 429: ten thousand of them in ten minutes and Discord blocks the address. */
  onInvalid?(status: number): void;
};

/** Requests a second with the bot's token; what an interaction's token allows does not count among them. */
const allowance = 50;

const isStreamed = (body: unknown): body is StreamedBody =>
  typeof body === 'object' && body !== null && 'open' in body && 'bytes' in body;

/** Makes the sender. Nothing is ever sent twice by itself, except after 429, which had no effect. */
export function createApi({ token, apiUrl, timeout, longestWait, onInvalid }: Parts): ClosableApi {
  const agent = new Agent({ connections: 100, headersTimeout: timeout, bodyTimeout: timeout });

  /** discord.js reads whole files into memory, and undici's fetch keeps them there; a stream with a length does neither. */
  const makeRequest: RESTOptions['makeRequest'] = async (url, init) => {
    const body: unknown = init.body;
    const headers = new Headers(init.headers as Record<string, string>);
    if (isStreamed(body)) {
      headers.set('content-type', body.type);
      headers.set('content-length', String(body.bytes));
    }
    const answer = await send(url, {
      dispatcher: agent,
      method: init.method as Ask['method'],
      headers: Object.fromEntries(headers),
      body: isStreamed(body) ? body.open() : ((body as string | null | undefined) ?? null),
      signal: init.signal as AbortSignal,
    });
    const status = answer.statusCode;
    if ((status === 401 || status === 403 || status === 429) && answer.headers['x-ratelimit-scope'] !== 'shared') {
      onInvalid?.(status);
    }
    const known = Object.entries(answer.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    );
    return {
      body: null,
      bodyUsed: false,
      arrayBuffer: () => answer.body.arrayBuffer(),
      json: () => answer.body.json(),
      text: () => answer.body.text(),
      headers: new Headers(known),
      status,
      statusText: '',
      ok: status >= 200 && status < 300,
    };
  };

  const limited = (globalRequestsPerSecond: number) =>
    new REST({
      api: apiUrl.replace(/\/v\d+$/, ''),
      version: '10',
      retries: 0,
      timeout,
      // Every interaction's token has a queue of its own; in the usual hour thousands of them pile up. Milliseconds.
      handlerSweepInterval: 60_000,
      globalRequestsPerSecond,
      rejectOnRateLimit: ({ timeToReset, retryAfter }) => Math.max(timeToReset, retryAfter) > longestWait,
      makeRequest,
    }).setToken(token);
  const ofBot = limited(allowance);
  const ofTokens = limited(Number.MAX_SAFE_INTEGER);

  const api: Api = async ({ method, route, query, body, uploads = [], auth = true, signal }) => {
    // discord.js leaves its listener on the signal, so it gets one that goes away with the request. Not
    // `AbortSignal.any`: while that has a listener, Node 20 keeps it until the other aborts, and that may be never.
    const own = new AbortController();
    const stop = () => own.abort(signal.reason);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    const streamed = uploads.length > 0 ? multipart(body, uploads, `photogpt-${randomUUID()}`) : undefined;
    try {
      const answer = await (auth ? ofBot : ofTokens).queueRequest({
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
      throw withoutSecrets(error);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };
  return Object.assign(api, { close: () => agent.close() });
}

/** discord.js puts the address, which holds the interaction's token, and the body into its errors. */
function withoutSecrets(error: unknown): DiscordError {
  if (error instanceof DiscordAPIError) {
    return new DiscordError(error.status, Number(error.code) || 0, error.message.slice(0, 500));
  }
  if (error instanceof HTTPError) return new DiscordError(error.status, 0, `Discord answered ${error.status}`);
  if (error instanceof RateLimitError) return new DiscordError(429, 0, 'Discord asks to wait');
  if (error instanceof SyntaxError) return new DiscordError(0, 0, 'Discord’s answer could not be read');
  // After one 401 discord.js forgets the token and sends nothing more with it: no request counts towards a ban.
  if (error instanceof Error && error.message.startsWith('Expected token')) {
    return new DiscordError(401, 0, 'Discord does not accept the bot’s token any more; set DISCORD_TOKEN anew');
  }
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  const name = error instanceof Error ? error.name : 'unknown error';
  return new DiscordError(0, 0, `Discord could not be reached: ${name}${code}`);
}
