/** A limit on how long one exchange over the network may take. */

/** Why the signal given to the work was aborted. */
export type Stopped = 'timeout' | 'caller';

/**
 * Runs `work` with a signal that aborts after `milliseconds` or with the caller's signal, which has not aborted
 * yet; `stopped` then says which.
 *
 * The time is real even where the rest of the program runs on a moved clock: bytes on a wire do not speed up with it.
 * `AbortSignal.any` is not used, because in Node 20 it holds on to a long-lived signal for every call made with it.
 */
export async function within<T>(
  milliseconds: number,
  caller: AbortSignal | undefined,
  work: (signal: AbortSignal, stopped: () => Stopped | undefined) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const expiry = AbortSignal.timeout(milliseconds);
  let why: Stopped | undefined;
  const stop = (reason: Stopped) => () => {
    why ??= reason;
    controller.abort();
  };
  const expired = stop('timeout');
  const called = stop('caller');
  expiry.addEventListener('abort', expired);
  caller?.addEventListener('abort', called);
  try {
    return await work(controller.signal, () => why);
  } finally {
    expiry.removeEventListener('abort', expired);
    caller?.removeEventListener('abort', called);
  }
}
