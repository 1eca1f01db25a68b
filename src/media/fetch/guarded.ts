/** Connections that leave for the public internet only, for every address that somebody else chose. */
import { isIP } from 'node:net';
import { Agent, buildConnector, type Dispatcher, getGlobalDispatcher, fetch as send } from 'undici';
import { createPublicLookup, isPublic, type Resolve } from './addresses.ts';

/**
 * An agent whose every connection is checked where it is made, those behind redirects included: a name by the very
 * address that the socket then uses, an address by itself, because it is never looked up.
 */
export function createGuardedAgent(
  timeouts: { connectTimeout: number; headersTimeout: number; bodyTimeout: number },
  resolve?: Resolve,
) {
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
 * The way to an address, for those who send with undici itself: the public internet, or a host (with its port) that the
 * operator named himself in the settings, which is `trusted`.
 */
export function createGuardedWay(trusted: readonly string[], resolve?: Resolve): (url: string) => Dispatcher {
  const agent = createGuardedAgent({ connectTimeout: 10_000, headersTimeout: 30_000, bodyTimeout: 30_000 }, resolve);
  return (url) => (trusted.includes(new URL(url).host) ? getGlobalDispatcher() : agent);
}

/**
 * `fetch`, but only from the public internet. `trusted` are hosts (with ports) that the operator named himself in the
 * settings: a stand-in on this machine, say. They are reached with `plain`, and no redirect leads out of them.
 */
export function createGuardedFetch(plain: typeof fetch, trusted: readonly string[], resolve?: Resolve): typeof fetch {
  const agent = createGuardedAgent({ connectTimeout: 10_000, headersTimeout: 30_000, bodyTimeout: 30_000 }, resolve);
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    if (trusted.includes(url.host)) return plain(input, { ...init, redirect: 'error' });
    // Undici's own types and those of the runtime, which has undici inside, differ in name only.
    return (await send(url, { ...(init as object), dispatcher: agent })) as unknown as Response;
  };
}
