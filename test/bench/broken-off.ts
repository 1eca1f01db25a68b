/**
 * The end of a bench by a signal. The first signal undoes everything that the bench has made. A second one ends it at
 * once.
 */

/** Time to kill processes and drop databases. The next bench finds those that are left. */
const undoTimeoutMs = 5_000;
const undoing = new Set<() => unknown>();
/** Time within which two signals count as one: Ctrl-C comes from the terminal and from npm. */
const sameSignalMs = 300;
let brokenOffAt: number | undefined;
const isBrokenOff = () => brokenOffAt !== undefined;

/** Calls `undo` when the bench is broken off. Returns a function that takes it back, once there is nothing to undo. */
export function undoneWhenBrokenOff(undo: () => unknown): () => void {
  undoing.add(undo);
  return () => {
    undoing.delete(undo);
  };
}

/** Throws after a signal, so that nothing new begins. */
export function stillGoing(): void {
  if (isBrokenOff()) throw new Error('the bench was broken off');
}

/** Never resolves when this process is about to end. Otherwise resolves at once. */
export const unlessBrokenOff = (): Promise<void> => (isBrokenOff() ? new Promise(() => {}) : Promise.resolve());

/** Undoes everything, within the time for that. */
async function breakOff(): Promise<void> {
  // Work under way finds its connections closed, and the driver throws some of these errors outside of any promise.
  process.on('uncaughtException', () => {});
  const late = new Promise((resolve) => setTimeout(resolve, undoTimeoutMs));
  const undone = [...undoing].map(async (undo) => undo());
  await Promise.race([Promise.allSettled(undone), late]);
}

/**
 * Handles SIGINT and SIGTERM from now on: undoes everything, and ends the process with the exit code of an interrupt.
 */
export function heedSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (brokenOffAt === undefined) {
        brokenOffAt = performance.now();
        void breakOff().finally(() => process.exit(130));
      } else if (performance.now() - brokenOffAt > sameSignalMs) process.exit(130);
    });
  }
}
