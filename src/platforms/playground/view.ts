/** The page's view of an entry. */
import type { Message, Person } from '../../chat.ts';
import type { Entry } from './history.ts';

/**
 * An entry as the page sees it. `private` is whether only the reader sees it. `at` is in milliseconds. Without an
 * author, it is the bot's.
 */
export type View = {
  id: number;
  channel: string;
  thread?: number;
  author?: Person;
  private: boolean;
  text: string;
  message?: Omit<Message, 'job' | 'private'>;
  at: number;
  replies: number;
};

/** Returns the view of an entry. It leaves out keys and job numbers, which are for the server only. */
export function viewOf({ id, channel, thread, author, onlyFor, text, message, at, replies }: Entry): View {
  const shown = message && { ...message, job: undefined, private: undefined };
  return { id, channel, thread, author, private: onlyFor !== undefined, text, message: shown, at, replies };
}
