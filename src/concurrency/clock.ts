/** Time as something that is handed in, so that a test can move it. */

/** `now` is in milliseconds since 1970. `sleep` resolves early, without an error, when the signal aborts. */
export type Clock = { now(): number; sleep(milliseconds: number, signal?: AbortSignal): Promise<void> };

/** The clock on the wall. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      signal?.addEventListener('abort', done, { once: true });
    }),
};

/** Ends a sleep that nobody waits for any more. An abort without a reason makes an error with a stack each time. */
export const enough = new Error('nobody waits for this any more');

/** Resolves once the event loop has turned: what has arrived meanwhile was seen. No time that matters passes. */
export const nextTurn = () => new Promise<void>((resolve) => void setImmediate(resolve));
