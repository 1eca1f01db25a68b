/** Our log in the shape that Slack's libraries want. */
import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../../log.ts';

export type BoltLog = Logger;

/** Their debug lines hold whole payloads with people's words and reply addresses, so none of them is passed on. */
export function boltLog(log: Log): Logger {
  const line = (words: unknown[]) => words.map(String).join(' ');
  return {
    debug: () => undefined,
    info: (...words) => log.debug(line(words)),
    warn: (...words) => log.warn(line(words)),
    error: (...words) => log.warn(line(words)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
