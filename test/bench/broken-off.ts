/** A bench that is broken off: what it has made goes away at the first signal, and a second one ends it at once. */

/** Processes are killed and databases dropped within this, in milliseconds, or left for the next bench to find. */
const patience = 5_000;
const undoing = new Set<() => unknown>();
/** Ctrl-C comes twice, from the terminal and from npm: within so many milliseconds it is one. */
const same = 300;
let brokenOffAt: number | undefined;
const isBrokenOff = () => brokenOffAt !== undefined;

/** `undo` is called when the bench is broken off; the function that comes back says that there is nothing to undo any more. */
export function undoneWhenBrokenOff(undo: () => unknown): () => void {
  undoing.add(undo);
  return () => {
    undoing.delete(undo);
  };
}

/** Nothing new begins once a signal came: this throws then. */
export function stillGoing(): void {
  if (isBrokenOff()) throw new Error('the bench was broken off');
}

/** Waits for the end of this process, if it is about to end; otherwise goes on at once. */
export const unlessBrokenOff = (): Promise<void> => (isBrokenOff() ? new Promise(() => {}) : Promise.resolve());

async function breakOff(): Promise<void> {
  // Whatever was under way finds its connections closed, and the driver throws some of that where nobody can catch it.
  process.on('uncaughtException', () => {});
  const late = new Promise((resolve) => setTimeout(resolve, patience));
  const undone = [...undoing].map(async (undo) => undo());
  await Promise.race([Promise.allSettled(undone), late]);
}

/** From now on SIGINT and SIGTERM undo everything before the process ends, with the exit code of a shell's interrupt. */
export function heedSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (brokenOffAt === undefined) {
        brokenOffAt = performance.now();
        void breakOff().finally(() => process.exit(130));
      } else if (performance.now() - brokenOffAt > same) process.exit(130);
    });
  }
}
