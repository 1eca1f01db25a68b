/** Tells every open page what changed, each person only what they may see, and lets a page that was away catch up. */
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Clock } from '../../concurrency/clock.ts';
import type { Entry } from './history.ts';
import { directChannel } from './stage.ts';
import { viewOf } from './view.ts';

/** What happened to an entry. `hidden` says that others saw it before. */
export type Change = { entry: Entry; hidden?: boolean; removed?: boolean };

type Happening = Change & { seq: number };
type Listener = { person: string; wake(): void };

const heartbeat = 15_000;
/** Changes that are remembered for pages that come back; one that missed more loads everything again. */
const backlog = 500;
/** Open pages at a time. A browser opens at most six connections to one host, so this is many browsers. */
const listenersAllowed = 100;

/** Makes the streams of one run of the server: a page from an earlier run is told to load everything again. */
export function createStreams({ clock }: { clock: Clock }) {
  const run = clock.now().toString(36);
  const happenings: Happening[] = [];
  const listeners = new Set<Listener>();
  const closing = new AbortController();
  let last = 0;

  function publish(change: Change): void {
    last += 1;
    happenings.push({ ...change, seq: last });
    if (happenings.length > backlog) happenings.shift();
    for (const listener of listeners) listener.wake();
  }

  const cursor = () => `${run}-${last}`;

  /** The number of the last change that a page has seen, or undefined when it cannot catch up from there. */
  function seenBy(since: string | undefined): number | undefined {
    if (since === undefined) return last;
    const [itsRun, seq] = since.split('-');
    const seen = Number(seq);
    const oldest = happenings[0]?.seq ?? last + 1;
    return itsRun === run && Number.isInteger(seen) && seen >= oldest - 1 && seen <= last ? seen : undefined;
  }

  /** The response to a page that listens as `person`, having seen everything up to the cursor `since`. */
  function listen(c: Context, person: string, since: string | undefined): Response {
    if (listeners.size >= listenersAllowed || closing.signal.aborted) {
      return c.text('Too many pages are open; close one and try again.', 503);
    }
    const response = streamSSE(c, async (stream) => {
      let wake = () => {};
      const listener = { person, wake: () => wake() };
      listeners.add(listener);
      stream.onAbort(() => wake());
      const ended = () => stream.aborted || stream.closed || closing.signal.aborted;
      let seen = seenBy(since);
      try {
        if (seen === undefined) {
          seen = last;
          await stream.writeSSE({ event: 'reset', id: cursor(), data: '' });
        } else {
          await stream.writeSSE({ event: 'ready', id: `${run}-${seen}`, data: '' });
        }
        while (!ended()) {
          const behind = seenBy(`${run}-${seen}`) === undefined;
          // A page so slow that the backlog has moved on starts over; nothing is queued for it.
          if (behind) return;
          for (const happening of happenings.filter(({ seq }) => seq > (seen ?? 0))) {
            const told = tell(happening, person);
            if (told) await stream.writeSSE({ ...told, id: `${run}-${happening.seq}` });
            seen = happening.seq;
          }
          if (seen !== last || ended()) continue;
          await new Promise<void>((resolve) => {
            const rest = new AbortController();
            wake = () => {
              rest.abort();
              resolve();
            };
            void clock.sleep(heartbeat, rest.signal).then(resolve);
          });
          wake = () => {};
          if (seen === last && !ended()) await stream.writeSSE({ event: 'beat', data: '' });
        }
      } finally {
        listeners.delete(listener);
      }
    });
    // When it ends, so does its connection: a kept one would hold the server open.
    response.headers.set('Connection', 'close');
    return response;
  }

  function close(): void {
    closing.abort();
    for (const listener of listeners) listener.wake();
  }

  return { publish, cursor, listen, close };
}

export type Streams = ReturnType<typeof createStreams>;

/** Whether a person may see an entry: it is not for somebody else, and not in somebody else's direct messages. */
export function sees(person: string, { channel, onlyFor }: Pick<Entry, 'channel' | 'onlyFor'>): boolean {
  const isDirect = channel.startsWith(directChannel(''));
  return (onlyFor === undefined || onlyFor === person) && (!isDirect || channel === directChannel(person));
}

function tell({ entry, hidden, removed }: Change, person: string): { event: string; data: string } | undefined {
  const visible = sees(person, entry);
  const gone = { id: entry.id, channel: entry.channel, thread: entry.thread };
  if (visible && !removed) return { event: 'message', data: JSON.stringify(viewOf(entry)) };
  if (visible || (hidden && sees(person, { channel: entry.channel })))
    return { event: 'removed', data: JSON.stringify(gone) };
  return undefined;
}
