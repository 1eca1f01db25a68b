/** Lets only so many pieces of work go on at a time, the others in the order in which they came. */

/**
 * For work that always ends and comes in crowds: waiting costs nothing but the memory for it, and hears no signal.
 * `atOnce` is asked anew for each.
 */
export function createGate(atOnce: () => number) {
  const waiting: (() => void)[] = [];
  let inside = 0;

  function enter(): void {
    while (waiting.length > 0 && inside < atOnce()) {
      inside += 1;
      waiting.shift()?.();
    }
  }

  return async function through<T>(work: () => Promise<T>): Promise<T> {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      enter();
    });
    try {
      return await work();
    } finally {
      inside -= 1;
      enter();
    }
  };
}
