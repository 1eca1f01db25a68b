/** Time as a part that is handed in, so that a test can move it. */

/** `now` is in milliseconds since 1970. `sleep` resolves early, without an error, when the signal aborts. */
export type Clock = { now(): number; sleep(milliseconds: number, signal?: AbortSignal): Promise<void> };

/** The clock of this machine. */
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

/** The reason for aborting a sleep whose result is not needed. Without a reason, each abort makes an error with a stack. */
export const sleepOver = new Error('the sleep is not needed any more');

/** Resolves after one turn of the event loop, so that what has arrived meanwhile was handled. */
export const nextEventLoopTurn = () => new Promise<void>((resolve) => void setImmediate(resolve));
