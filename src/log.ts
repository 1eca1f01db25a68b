/** The operator's log: one JSON object a line, or readable lines when somebody is watching. */
import { type DestinationStream, destination, type Logger, pino } from 'pino';

export type Log = Logger;

/** Keys whose values never reach the log, wherever they stand. */
const secret = ['token', 'apiKey', 'authorization', 'secret', 'headers.authorization'];
const redact = { paths: secret.flatMap((key) => [key, `*.${key}`]), censor: '[secret]' };

/**
 * A logger at `level` (pino's names), to standard output, or to `fd` 2 where standard output carries an answer.
 * Readable lines are chosen by looking at the terminal, not at `NODE_ENV`: an operator who pipes the log into a
 * file wants JSON whatever the environment is called.
 */
export function createLog(level: string, fd: 1 | 2 = 1): Log {
  if (!(fd === 1 ? process.stdout : process.stderr).isTTY) return pino({ level, redact }, destination(fd));
  const options = { destination: fd, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' };
  return pino({ level, redact, transport: { target: 'pino-pretty', options } });
}

/** A logger whose lines go to `stream`: for tests that read what was logged. */
export function logTo(stream: DestinationStream, level = 'debug'): Log {
  return pino({ level, redact }, stream);
}
