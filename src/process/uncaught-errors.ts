/** What becomes of errors that nobody caught: none of them ends the process in the middle of something. */
import type { Log } from '../log.ts';

/**
 * A promise that nobody waited for is logged, and everything goes on: whatever it left undone is a row that is looked at
 * again. After an exception out of nowhere the process itself cannot be trusted: it is asked to stop, as by a signal, and
 * should be started anew. Resolves with the reason then; what comes after that is only logged.
 */
export function waitForUncaughtException(log: Log): Promise<string> {
  process.on('unhandledRejection', (err) => {
    log.error({ err }, 'a promise was rejected and nobody waited for it');
  });
  return new Promise((resolve) => {
    process.on('uncaughtException', (err) => {
      log.fatal({ err }, 'an exception that nobody caught: the bot stops in order');
      resolve('uncaught exception');
    });
  });
}
