/** Waits for the operator, or the machine, to ask the process to stop. */

/** Resolves with the first SIGINT or SIGTERM. A second one, of either kind, ends the process at once. */
export function waitForStopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let isAsked = false;
    const ask = (signal: string) => {
      if (isAsked) process.exit(1);
      isAsked = true;
      resolve(signal);
    };
    process.on('SIGINT', ask).on('SIGTERM', ask);
  });
}
