/** The interface between the client and its transport, and `fetch` as a transport. */
import type { Deadline } from './deadline.ts';

/** A request without its URL. */
type Outgoing = { method: string; headers: Record<string, string>; body: string | FormData | undefined };

/** An answer whose headers have arrived. Its body is still under way. */
export type Incoming = {
  status: number;
  ok: boolean;
  headers: { get(name: string): string | null };
  body: AsyncIterable<Uint8Array> | null;
};

/**
 * Sends a request once, until the deadline stops it. Rejects with the network's error. It follows no redirects, because
 * the key could go to another origin, and a redirected POST becomes a GET.
 */
export type Send = (url: URL, outgoing: Outgoing, deadline: Deadline) => Promise<Incoming>;

/** Returns a `Send` through `fetch`. */
export function sendThrough(fetch: typeof globalThis.fetch): Send {
  return (url, outgoing, deadline) => {
    const controller = new AbortController();
    deadline.onStop(() => controller.abort());
    return fetch(url, { ...outgoing, redirect: 'manual', signal: controller.signal });
  };
}
