/** Waits for the operator or the machine to stop the process. */

/** Resolves with the first SIGINT or SIGTERM. A second one, of either kind, ends the process at once. */
export function waitForStopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let isStopping = false;
    const stop = (signal: string) => {
      if (isStopping) process.exit(1);
      isStopping = true;
      resolve(signal);
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
}
