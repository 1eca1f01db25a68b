/** How a request leaves and its answer comes back: what the client asks of whoever sends for it, and `fetch` as one. */
import type { Deadline } from './deadline.ts';

type Outgoing = { method: string; headers: Record<string, string>; body: string | FormData | undefined };

/** What came back: its headers are here, its body is still under way. */
export type Incoming = {
  status: number;
  ok: boolean;
  headers: { get(name: string): string | null };
  body: AsyncIterable<Uint8Array> | null;
};

/**
 * Sends a request once, until the deadline stops it. Rejects with what the network says. Redirects are not followed: the
 * key could go to another origin, and a redirected POST becomes a GET.
 */
export type Send = (url: URL, outgoing: Outgoing, deadline: Deadline) => Promise<Incoming>;

/** Sends through `fetch`. */
export function sendThrough(fetch: typeof globalThis.fetch): Send {
  return (url, outgoing, deadline) => {
    const controller = new AbortController();
    deadline.onStop(() => controller.abort());
    return fetch(url, { ...outgoing, redirect: 'manual', signal: controller.signal });
  };
}
