/** Lets only so many pieces of work go on at a time, the others in the order in which they came. */

/** For work that always ends and comes in crowds: waiting costs nothing but the memory for it, and hears no signal. */
export function createGate(atOnce: number) {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return async function through<T>(work: () => Promise<T>): Promise<T> {
    if (inside < atOnce) inside += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else inside -= 1;
    }
  };
}
