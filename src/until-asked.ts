/** Waits for the operator, or the machine, to ask the process to stop. */

/** Resolves with the first SIGINT or SIGTERM. A second one ends the process at once. */
export function untilAsked(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        resolve(signal);
      });
    }
  });
}
