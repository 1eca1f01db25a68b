/** Lets a few pieces of work through at a time, and only so many wait. */
import { Problem } from '../problem.ts';

export type Gate = <T>(work: () => Promise<T>) => Promise<T>;

/** At most `parallel` at once; when `waiting` more already queue, the next is answered with 503. After `signal` nothing more begins. */
export function createGate(parallel: number, waiting: number, signal: AbortSignal): Gate {
  const queue: (() => void)[] = [];
  let open = parallel;
  return async (work) => {
    if (open > 0) open -= 1;
    else if (queue.length >= waiting) throw new Problem(503, 'Too much is being drawn already', 'media: queue full');
    else await new Promise<void>((enter) => queue.push(enter));
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else open += 1;
    }
  };
}
