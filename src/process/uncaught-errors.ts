/** Handles errors that no code caught. Neither a rejection nor an exception ends the process in the middle of work. */
import type { Log } from '../log.ts';

/**
 * Logs unhandled rejections and uncaught exceptions. Resolves with a reason on the first exception, so that main can
 * shut down. After it the state of the process is not known, and a new process should take over. Rejections stop
 * nothing, because every unfinished piece of work is a row that a loop reads again. Later exceptions are only logged.
 */
export function waitForUncaughtException(log: Log): Promise<string> {
  process.on('unhandledRejection', (err) => {
    log.error({ err }, 'unhandled rejection');
  });
  return new Promise((resolve) => {
    process.on('uncaughtException', (err) => {
      log.fatal({ err }, 'uncaught exception');
      resolve('uncaught exception');
    });
  });
}
