// @ts-check
/** Listens to changes of the chat. After a break, it connects again and catches up from its cursor. */
import { maxSilenceMs, reconnectDelaysMs } from './timings.js';

/**
 * Starts to listen.
 * @param {object} parts
 * @param {string} parts.person
 * @param {string} parts.since cursor from which to listen
 * @param {(view: import('../view.ts').View) => void} parts.onMessage
 * @param {(gone: { id: number, channel: string, thread?: number }) => void} parts.onRemoved
 * @param {() => void} parts.onReset too much was missed: everything has to be loaded again
 * @param {(connected: boolean) => void} parts.onState
 * @returns {() => void} stops listening
 */
export function listen({ person, since, onMessage, onRemoved, onReset, onState }) {
  let cursor = since;
  let tries = 0;
  let stopped = false;
  /** @type {EventSource | undefined} */
  let source;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let watch;

  /** Connects again after a wait. */
  function again() {
    source?.close();
    clearTimeout(watch);
    clearTimeout(timer);
    if (stopped) return;
    onState(false);
    timer = setTimeout(connect, reconnectDelaysMs[Math.min(tries, reconnectDelaysMs.length - 1)]);
    tries += 1;
  }

  /** Handles any sign of life. */
  function alive() {
    tries = 0;
    clearTimeout(watch);
    watch = setTimeout(again, maxSilenceMs);
    onState(true);
  }

  /** Moves the cursor. @param {MessageEvent} event */
  function moved(event) {
    if (event.lastEventId) cursor = event.lastEventId;
    alive();
  }

  function connect() {
    source = new EventSource(`/api/events?${new URLSearchParams({ person, since: cursor })}`);
    source.addEventListener('ready', moved);
    source.addEventListener('beat', alive);
    source.addEventListener('message', (event) => {
      moved(event);
      onMessage(JSON.parse(event.data));
    });
    source.addEventListener('removed', (event) => {
      moved(event);
      onRemoved(JSON.parse(event.data));
    });
    source.addEventListener('reset', (event) => {
      moved(event);
      onReset();
    });
    source.addEventListener('error', again);
  }

  connect();
  return () => {
    stopped = true;
    source?.close();
    clearTimeout(timer);
    clearTimeout(watch);
  };
}
