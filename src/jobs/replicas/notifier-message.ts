/**
 * The messages between replicas: words with one space between them, the first of which is the sender's name.
 *
 * - `replica-1 submit deliver`: loops that the others should wake.
 * - `replica-1 +submit:key +deliver:discord,slack`: a heartbeat, with the work that the sender does.
 * - `replica-1 -`: the sender leaves.
 * - `replica-1`: a heartbeat of an older version, which divides no work.
 *
 * Older versions take each word for a loop. They have no loop whose name begins with a sign, and ignore such words.
 */

const workSign = '+';
const leaveWord = '-';

/** A message that was read. `isHeartbeat`: the sender says that it is there. */
export type NotifierMessage = {
  from: string;
  isLeaving: boolean;
  isHeartbeat: boolean;
  /** The work that the sender does. */
  work: string[];
  /** The loops to wake. */
  loops: string[];
};

/** Returns the words of a heartbeat. */
export const heartbeatWords = (work: readonly string[]): string[] => work.map((word) => workSign + word);

/** The words of the last message of a replica that stops. */
export const leaveWords: readonly string[] = [leaveWord];

/** Returns the text of a message. */
export const formatMessage = (from: string, words: readonly string[]): string => [from, ...words].join(' ');

/** Reads a message. Never throws: a text of another format is a message that asks for unknown loops. */
export function parseMessage(text: string): NotifierMessage {
  const [from = '', ...words] = text.split(' ');
  const work = words.filter((word) => word.startsWith(workSign)).map((word) => word.slice(workSign.length));
  return {
    from,
    isLeaving: words.includes(leaveWord),
    isHeartbeat: words.length === 0 || work.length > 0,
    work,
    loops: words.filter((word) => !word.startsWith(workSign) && word !== leaveWord),
  };
}
