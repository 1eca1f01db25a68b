/** Our log in the shape that Slack's libraries take. */
import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../../log.ts';

/** The log of Slack's libraries. */
export type BoltLog = Logger;

/** Returns the log. Debug lines are dropped: they hold whole payloads, with people's words and response URLs. */
export function boltLog(log: Log): BoltLog {
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
