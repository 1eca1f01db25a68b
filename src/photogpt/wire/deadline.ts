/** A limit on how long one exchange over the network may take. */

/** What ends the work before it is done. */
type Stopped = 'timeout' | 'caller';

export type Deadline = {
  /** Why the work was stopped, if it was. */
  stopped(): Stopped | undefined;
  /** Has one listener hear of the stop. */
  onStop(listener: () => void): void;
};

function expire(deadline: { stop(reason: Stopped): void }): void {
  deadline.stop('timeout');
}

/**
 * Runs `work`, and stops it after `milliseconds` or with the caller's signal, which has not aborted yet.
 *
 * The time is real even where the rest of the program runs on a moved clock: bytes on a wire do not speed up with it.
 * In Node 20, `AbortSignal.any` holds on to a long-lived signal for every call made with it, `AbortSignal.timeout` keeps
 * what it would stop until its time has come and takes 15 µs, and an `AbortController` takes 10.
 */
export async function within<T>(
  milliseconds: number,
  caller: AbortSignal | undefined,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  let why: Stopped | undefined;
  let listener: (() => void) | undefined;
  const deadline = {
    stopped(): Stopped | undefined {
      return why;
    },
    onStop(heard: () => void): void {
      listener = heard;
    },
    stop(reason: Stopped): void {
      if (why) return;
      why = reason;
      listener?.();
    },
    /** The caller's signal has aborted. */
    handleEvent(): void {
      deadline.stop('caller');
    },
  };
  const expiry = setTimeout(expire, milliseconds, deadline).unref();
  caller?.addEventListener('abort', deadline);
  try {
    return await work(deadline);
  } finally {
    clearTimeout(expiry);
    caller?.removeEventListener('abort', deadline);
  }
}
