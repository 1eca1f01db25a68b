/** Lets only so many do something heavy at a time, the others in the order in which they came. */

/** `enter` waits for a turn and gives the function that ends it. Rejects when the signal aborts or too many wait. */
export function createTurns({ atOnce, mostWaiting }: { atOnce: number; mostWaiting: number }) {
  const waiting = new Set<() => void>();
  let inside = 0;

  const leave = () => {
    const [next] = waiting;
    if (next) next();
    else inside -= 1;
  };

  return {
    async enter(signal: AbortSignal): Promise<() => void> {
      signal.throwIfAborted();
      if (inside < atOnce) {
        inside += 1;
        return leave;
      }
      if (waiting.size >= mostWaiting) throw new Error(`${mostWaiting} are waiting already`);
      await new Promise<void>((resolve, reject) => {
        const stopWaiting = () => {
          waiting.delete(proceed);
          signal.removeEventListener('abort', giveUp);
        };
        const proceed = () => {
          stopWaiting();
          resolve();
        };
        const giveUp = () => {
          stopWaiting();
          reject(signal.reason);
        };
        waiting.add(proceed);
        signal.addEventListener('abort', giveUp, { once: true });
      });
      return leave;
    },
  };
}
