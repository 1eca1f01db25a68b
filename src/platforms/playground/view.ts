/** What the page is told about an entry. */
import type { Message, Person } from '../../chat.ts';
import type { Entry } from './history.ts';

/** `private` means that only the reader sees it; `at` is in milliseconds. Without an author, the bot said it. */
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

/** Leaves out what is the server's own business: keys and job numbers. */
export function viewOf({ id, channel, thread, author, onlyFor, text, message, at, replies }: Entry): View {
  const shown = message && { ...message, job: undefined, private: undefined };
  return { id, channel, thread, author, private: onlyFor !== undefined, text, message: shown, at, replies };
}
