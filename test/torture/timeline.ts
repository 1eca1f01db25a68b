/** Virtual time: everything that happens is an event in one queue, and nothing happens between two events. */

/** A queue of events and the time at which it stands. */
export type Timeline = ReturnType<typeof createTimeline>;
type Happening = { at: number; order: number; what(): void | Promise<void> };

/** Resolves when everything that a resolved promise started waits for an event. */
const quiet = () => new Promise<void>((resolve) => void setImmediate(resolve));

/**
 * Returns an empty queue. Time stands at `start` (epoch milliseconds) until `run`.
 *
 * Events that are at most `together` milliseconds apart run side by side. A database then gets statements of several
 * replicas at one moment, and the order in which they end is no longer repeatable.
 */
export function createTimeline(start: number, together = 0) {
  const heap: Happening[] = [];
  let now = start;
  let order = 0;
  const sooner = (a: Happening, b: Happening) => a.at < b.at || (a.at === b.at && a.order < b.order);

  function push(happening: Happening): void {
    let index = heap.push(happening) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (!above || !sooner(happening, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = happening;
  }

  function pop(): Happening | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    sink(last);
    return first;
  }

  /** Puts an event at the top, and moves it down to its place. */
  function sink(happening: Happening): void {
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const child = right && left && sooner(right, left) ? right : left;
      if (!child || !sooner(child, happening)) break;
      heap[index] = child;
      index = child === left ? 2 * index + 1 : 2 * index + 2;
    }
    heap[index] = happening;
  }

  return {
    now: () => now,
    /** Adds an event. It happens at once if `time` is over. */
    at: (time: number, what: Happening['what']) => push({ at: Math.max(time, now), order: order++, what }),
    /** Lets time pass until `over` is true or `end` has come. Resolves with whether it was `over`. */
    async run(over: () => boolean, end: number): Promise<boolean> {
      await quiet();
      while (!over()) {
        const next = pop();
        if (!next || next.at > end) return over();
        now = next.at;
        if (together > 0) {
          // Before any of them runs, because an event may put itself off until a moment of this round.
          const round: (Happening | undefined)[] = [next];
          for (let also = heap[0]; also && also.at <= next.at + together; also = heap[0]) round.push(pop());
          await Promise.all(round.map((one) => one?.what()));
        } else await next.what();
        await quiet();
      }
      return true;
    },
  };
}
