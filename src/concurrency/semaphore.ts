/** Limits how many pieces of work go on at one time. The others wait in the order in which they came. */
import { type Clock, sleepOver } from './clock.ts';

/** How many may be inside, and how many may wait. A function is asked each time. No bound on waiting without `maxWaiting`. */
type SemaphoreSettings = { permits: number | (() => number); maxWaiting?: number };

/** How long one waits. Without either, until it is its turn. */
type AcquireOptions = { signal?: AbortSignal; timeoutMs?: number; clock?: Clock };

/** Gives the permit back. Called once. */
type Release = () => void;

/** Permits for work that may go on at the same time. */
export type Semaphore = {
  /**
   * Resolves with the function that gives the permit back. Resolves with undefined when too many wait already or the
   * time ran out. Rejects with the signal's reason when it aborts first.
   */
  acquire(options?: AcquireOptions): Promise<Release | undefined>;
  /** Runs `work` with a permit, however long that takes to come. For semaphores without `maxWaiting`. */
  run<T>(work: () => Promise<T>): Promise<T>;
};

/**
 * Returns a semaphore with all permits free. Ours, because p-limit knows no bound on waiting, no signal and no time
 * limit, and four places here need one of them.
 */
export function createSemaphore({ permits, maxWaiting = Number.POSITIVE_INFINITY }: SemaphoreSettings): Semaphore {
  const limit = typeof permits === 'function' ? permits : () => permits;
  const waiting = new Set<() => void>();
  let inside = 0;

  function admit(): void {
    for (const enter of waiting) {
      if (inside >= limit()) return;
      waiting.delete(enter);
      inside += 1;
      enter();
    }
  }

  const release: Release = () => {
    inside -= 1;
    admit();
  };

  async function acquire({ signal, timeoutMs, clock }: AcquireOptions = {}): Promise<Release | undefined> {
    signal?.throwIfAborted();
    if (waiting.size === 0 && inside < limit()) {
      inside += 1;
      return release;
    }
    if (waiting.size >= maxWaiting) return undefined;
    return (await turnOf({ signal, timeoutMs, clock })) ? release : undefined;
  }

  /** Resolves with whether the permit came. Rejects when the signal aborts first. */
  function turnOf({ signal, timeoutMs, clock }: AcquireOptions): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const sleeping = new AbortController();
      const leave = () => {
        waiting.delete(enter);
        signal?.removeEventListener('abort', abort);
        sleeping.abort(sleepOver);
      };
      const enter = () => {
        leave();
        resolve(true);
      };
      const abort = () => {
        leave();
        reject(signal?.reason);
      };
      waiting.add(enter);
      signal?.addEventListener('abort', abort, { once: true });
      if (timeoutMs === undefined || !clock) return;
      void clock.sleep(timeoutMs, sleeping.signal).then(() => {
        if (!waiting.has(enter)) return;
        leave();
        resolve(false);
      });
    });
  }

  return {
    acquire,
    async run(work) {
      const done = await acquire();
      if (!done) throw new Error(`${maxWaiting} are waiting already`);
      try {
        return await work();
      } finally {
        done();
      }
    },
  };
}
