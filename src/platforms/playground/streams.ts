/**
 * Sends changes to every open page as server-sent events, to each person only those that they may see. A page that was
 * away catches up from its cursor. Events, with the cursor as their id:
 *
 * - `ready`: the page's cursor is known, and changes follow.
 * - `reset`: the page missed too much and has to load everything again.
 * - `message`: an entry was added or changed, as a `View`.
 * - `removed`: an entry is gone, as `{ id, channel, thread }`.
 * - `beat`: there was no news.
 */
import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { Clock } from '../../concurrency/clock.ts';
import { withTimeout } from '../../concurrency/with-timeout.ts';
import type { Entry } from './history.ts';
import { directChannel } from './stage.ts';
import { heartbeatMs } from './timings.ts';
import { viewOf } from './view.ts';

/** A change of an entry. `hidden` is whether others saw it before and no longer may. */
export type Change = { entry: Entry; hidden?: boolean; removed?: boolean };

type NumberedChange = Change & { seq: number };

/** Changes that pages can catch up on. A page that missed more loads everything again. */
const maxBacklog = 500;
/** Open pages at a time. A browser opens at most six connections to one host, so this is many browsers. */
const maxPages = 100;

/** Returns the streams of one run of the server. A page from an earlier run has to load everything again. */
export function createStreams({ clock }: { clock: Clock }) {
  const run = clock.now().toString(36);
  const backlog: NumberedChange[] = [];
  const pages = new Set<{ wake(): void }>();
  const closing = new AbortController();
  let last = 0;

  /** Sends a change to the open pages. */
  function publish(change: Change): void {
    last += 1;
    backlog.push({ ...change, seq: last });
    if (backlog.length > maxBacklog) backlog.shift();
    for (const page of pages) page.wake();
  }

  const cursorAt = (seq: number) => `${run}-${seq}`;
  const cursor = () => cursorAt(last);

  /** Returns the number of the last change that a page has seen. Undefined when it cannot catch up from there. */
  function seenAt(since: string | undefined): number | undefined {
    if (since === undefined) return last;
    const [itsRun, seq] = since.split('-');
    const seen = Number(seq);
    const oldest = backlog[0]?.seq ?? last + 1;
    return itsRun === run && Number.isInteger(seen) && seen >= oldest - 1 && seen <= last ? seen : undefined;
  }

  /** Returns the response to a page of `person` that has seen everything up to the cursor `since`. */
  function listen(c: Context, person: string, since: string | undefined): Response {
    if (pages.size >= maxPages || closing.signal.aborted) {
      return c.text('Too many pages are open; close one and try again.', 503);
    }
    const response = streamSSE(c, (stream) => follow(stream, person, since));
    // When it ends, so does its connection: a kept one would hold the server open.
    response.headers.set('Connection', 'close');
    return response;
  }

  /**
   * Sends changes to one page until it leaves or the server closes. Ends also when the page is slower than the backlog.
   * The page then comes back and starts over, and nothing is queued for it.
   */
  async function follow(stream: SSEStreamingApi, person: string, since: string | undefined): Promise<void> {
    let wake = () => {};
    const page = { wake: () => wake() };
    pages.add(page);
    stream.onAbort(() => wake());
    const hasEnded = () => stream.aborted || stream.closed || closing.signal.aborted;
    try {
      let seen = await greet(stream, since);
      while (!hasEnded() && seenAt(cursorAt(seen)) !== undefined) {
        seen = await sendSince(stream, person, seen);
        if (seen !== last || hasEnded()) continue;
        const news = new Promise<void>((resolve) => {
          wake = resolve;
        });
        await withTimeout(news, heartbeatMs, clock);
        wake = () => {};
        if (seen === last && !hasEnded()) await stream.writeSSE({ event: 'beat', data: '' });
      }
    } finally {
      pages.delete(page);
    }
  }

  /** Tells a page whether it can catch up. Returns the number of the change after which it goes on. */
  async function greet(stream: SSEStreamingApi, since: string | undefined): Promise<number> {
    const seen = seenAt(since);
    const next = seen ?? last;
    await stream.writeSSE({ event: seen === undefined ? 'reset' : 'ready', id: cursorAt(next), data: '' });
    return next;
  }

  /** Sends the changes after `seen` that the person may see. Returns the number of the last change. */
  async function sendSince(stream: SSEStreamingApi, person: string, seen: number): Promise<number> {
    let sent = seen;
    for (const change of backlog.filter(({ seq }) => seq > seen)) {
      const event = eventFor(change, person);
      if (event) await stream.writeSSE({ ...event, id: cursorAt(change.seq) });
      sent = change.seq;
    }
    return sent;
  }

  /** Ends all streams. */
  function close(): void {
    closing.abort();
    for (const page of pages) page.wake();
  }

  return { publish, cursor, listen, close };
}

/** The streams of one run. */
export type Streams = ReturnType<typeof createStreams>;

/** Whether a person may see an entry. Entries for another person and in another person's direct messages are hidden. */
export function sees(person: string, { channel, onlyFor }: Pick<Entry, 'channel' | 'onlyFor'>): boolean {
  const isDirect = channel.startsWith(directChannel(''));
  return (onlyFor === undefined || onlyFor === person) && (!isDirect || channel === directChannel(person));
}

/** Returns the event about a change for a person. Undefined when it is none of theirs. */
function eventFor({ entry, hidden, removed }: Change, person: string): { event: string; data: string } | undefined {
  const visible = sees(person, entry);
  const gone = { id: entry.id, channel: entry.channel, thread: entry.thread };
  if (visible && !removed) return { event: 'message', data: JSON.stringify(viewOf(entry)) };
  if (visible || (hidden && sees(person, { channel: entry.channel })))
    return { event: 'removed', data: JSON.stringify(gone) };
  return undefined;
}
