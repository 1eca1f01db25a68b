// @ts-check
/** Listens to what happens in the chat, comes back quietly after a break, and catches up from where it was. */

/** Milliseconds before each further try. */
const pauses = [300, 1000, 2000, 4000];
/** The server is heard from every 15 seconds; silence for longer than this means that the connection is dead. */
const silence = 40_000;

/**
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

  function again() {
    source?.close();
    clearTimeout(watch);
    clearTimeout(timer);
    if (stopped) return;
    onState(false);
    timer = setTimeout(connect, pauses[Math.min(tries, pauses.length - 1)]);
    tries += 1;
  }

  function alive() {
    tries = 0;
    clearTimeout(watch);
    watch = setTimeout(again, silence);
    onState(true);
  }

  /** @param {MessageEvent} event */
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
