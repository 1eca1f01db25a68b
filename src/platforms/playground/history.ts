/** The types of the playground's chat history. The database implements them. */
import type { Media, Message, Person } from '../../chat.ts';

/**
 * One entry of the chat. Without `author` it is the bot's, and `message` is set. `thread` is the id of the entry to
 * which its thread belongs. `replies` counts the public ones. `onlyFor` is the only person who sees it. `at` is in
 * milliseconds.
 */
export type Entry = {
  id: number;
  channel: string;
  thread?: number;
  author?: Person;
  onlyFor?: string;
  message?: Message;
  text: string;
  key?: string;
  at: number;
  replies: number;
};

/** An entry to add. Two entries never have the same `key`. */
type NewEntry = Omit<Entry, 'id' | 'at' | 'replies'>;

/** Part of a channel or thread as `person` sees it: the last `limit` entries before the entry `before`. */
type Excerpt = { person: string; channel: string; thread?: number; before?: number; limit: number };

/** The chat history. */
export type History = {
  /** Adds all entries. When the key of one is taken, adds none and resolves to undefined. */
  add(entries: NewEntry[]): Promise<Entry[] | undefined>;
  /** Returns an entry by its id. */
  find(id: number): Promise<Entry | undefined>;
  /** Returns an entry by its key. */
  findKey(key: string): Promise<Entry | undefined>;
  /** Changes an entry that has no key yet. With `key`, it gets one, and only that key may change it from then on. */
  change(id: number, to: { message?: Message; onlyFor?: string; key?: string }): Promise<Entry | undefined>;
  /** Hides an entry from all other people. */
  hide(id: number, onlyFor: string): Promise<Entry | undefined>;
  /** Removes an entry and its thread. */
  remove(id: number): Promise<void>;
  /** Returns entries, oldest first. The first of a thread is the entry to which the thread belongs. */
  read(excerpt: Excerpt): Promise<Entry[]>;
  /** Returns up to `limit` entries with threads that `person` sees, the latest first. */
  threads(person: string, limit: number): Promise<Entry[]>;
  /** Returns a picture or video of a message by its id. */
  media(id: string): Promise<Media | undefined>;
  /** Puts `message` in the place of every placeholder, when the bot starts. */
  settle(message: Message): Promise<void>;
};
