/** Connections that lead to the public internet only, for every address that others chose. */
import { isIP } from 'node:net';
import { Agent, buildConnector, type Dispatcher, getGlobalDispatcher, fetch as send } from 'undici';
import { connectTimeoutMs, silenceTimeoutMs } from '../timings.ts';
import { createPublicLookup, isPublic, type Resolve } from './addresses.ts';

/** Time limits as undici names them, in milliseconds. */
type AgentTimeouts = { connectTimeout: number; headersTimeout: number; bodyTimeout: number };

/** Time limits of agents that download no large files. */
const usualTimeouts: AgentTimeouts = {
  connectTimeout: connectTimeoutMs,
  headersTimeout: silenceTimeoutMs,
  bodyTimeout: silenceTimeoutMs,
};

/**
 * Returns an agent that checks every connection where it is made, those behind redirects included. It checks a name by the
 * very address that the socket then uses, and an address by itself, because an address is never looked up.
 */
export function createPublicAgent(timeouts: AgentTimeouts, resolve?: Resolve) {
  const connect = buildConnector({ lookup: createPublicLookup(resolve), timeout: timeouts.connectTimeout });
  return new Agent({
    ...timeouts,
    connect(options, callback) {
      const host = options.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) && !isPublic(host)) return callback(new Error(`${host} is not a public address`), null);
      connect(options, callback);
    },
  });
}

/**
 * Returns a function that gives the dispatcher for an address, for callers that send with undici itself. It leads to the
 * public internet, or to a `trusted` host (with its port) that the operator named in the settings.
 */
export function createPublicDispatcher(trusted: readonly string[], resolve?: Resolve): (url: string) => Dispatcher {
  const agent = createPublicAgent(usualTimeouts, resolve);
  return (url) => (trusted.includes(new URL(url).host) ? getGlobalDispatcher() : agent);
}

/**
 * Returns a `fetch` that reaches the public internet only. `trusted` are hosts (with ports) that the operator named in the
 * settings, for example a fake on this machine. They are reached with `plain`, and no redirect leads out of them.
 */
export function createPublicFetch(plain: typeof fetch, trusted: readonly string[], resolve?: Resolve): typeof fetch {
  const agent = createPublicAgent(usualTimeouts, resolve);
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    if (trusted.includes(url.host)) return plain(input, { ...init, redirect: 'error' });
    // The types of undici and of the runtime, which has undici inside, differ in name only.
    return (await send(url, { ...(init as object), dispatcher: agent })) as unknown as Response;
  };
}
