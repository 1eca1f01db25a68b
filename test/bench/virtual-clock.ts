/**
 * A clock whose time passes as fast as the processor allows. It jumps to the next due sleep once nothing else can
 * happen.
 */
import type { Clock } from '../../src/concurrency/clock.ts';

type Due = { at: number; order: number; wake: () => void };

const isBefore = (one: Due, other: Due) => one.at < other.at || (one.at === other.at && one.order < other.order);

/**
 * Returns a clock that starts at `start` (epoch milliseconds) and moves only in `runUntil`. Sleeps of equal times end
 * in their order. The clock stands still while the count of `busy` is above 0, which is for work that takes turns of
 * the event loop.
 */
export function createVirtualClock(
  start: number,
): Clock & { runUntil(end: number): Promise<void>; busy(more: 1 | -1): void } {
  const heap: Due[] = [];
  let now = start;
  let order = 0;
  let underWay = 0;

  /** Resolves once all work is done that needs no time. Promises settle before the loop's next turn. */
  async function settled(): Promise<void> {
    do await new Promise<void>((resolve) => setImmediate(resolve));
    while (underWay > 0);
  }

  function push(due: Due): void {
    let place = heap.push(due) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent];
      if (!above || isBefore(above, due)) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = due;
  }

  function pop(): Due | undefined {
    const [top] = heap;
    const last = heap.pop();
    if (!top || !last || heap.length === 0) return top;
    let place = 0;
    for (;;) {
      const [left, right] = [heap[2 * place + 1], heap[2 * place + 2]];
      const [child, at] = left && right && isBefore(right, left) ? [right, 2 * place + 2] : [left, 2 * place + 1];
      if (!child || isBefore(last, child)) break;
      heap[place] = child;
      place = at;
    }
    heap[place] = last;
    return top;
  }

  return {
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        signal?.addEventListener('abort', wake, { once: true });
        order += 1;
        push({ at: now + Math.max(0, milliseconds), order, wake });
      }),
    busy: (more) => {
      underWay += more;
    },
    async runUntil(end) {
      await settled();
      for (let due = heap[0]; due && due.at <= end; due = heap[0]) {
        now = Math.max(now, due.at);
        for (let next = heap[0]; next && next.at <= now; next = heap[0]) pop()?.wake();
        await settled();
      }
      now = Math.max(now, end);
    },
  };
}
