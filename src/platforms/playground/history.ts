/** The record of what was said, as the playground needs it; the database keeps it. Types only. */
import type { Media, Message, Person } from '../../chat.ts';

/**
 * One thing that was said. Without `author` the bot said it, and `message` is set. `thread` is the id of the entry that
 * a thread hangs on, `replies` counts the public ones. `onlyFor` is the one person who sees it. `at` is in milliseconds.
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

/** What is about to be said. Two entries never have the same `key`. */
type NewEntry = Omit<Entry, 'id' | 'at' | 'replies'>;

/** Part of a channel, or of one of its threads, as `person` sees it: the last `limit` before the entry `before`. */
type Excerpt = { person: string; channel: string; thread?: number; before?: number; limit: number };

export type History = {
  /** Adds all of them, or none if the key of one is taken, and then resolves to undefined. */
  add(entries: NewEntry[]): Promise<Entry[] | undefined>;
  find(id: number): Promise<Entry | undefined>;
  findKey(key: string): Promise<Entry | undefined>;
  /** Changes an entry that has no key yet; with `key`, it gets one, and only that key may change it from then on. */
  change(id: number, to: { message?: Message; onlyFor?: string; key?: string }): Promise<Entry | undefined>;
  /** Keeps an entry for one person's eyes from now on. */
  hide(id: number, onlyFor: string): Promise<Entry | undefined>;
  /** Takes an entry and its thread away. */
  remove(id: number): Promise<void>;
  /** Oldest first; the first of a thread is the entry that it hangs on. */
  read(excerpt: Excerpt): Promise<Entry[]>;
  /** The entries with threads that `person` sees, the latest first, at most `limit`. */
  threads(person: string, limit: number): Promise<Entry[]>;
  /** What is known of a picture or video that was shown. */
  media(id: string): Promise<Media | undefined>;
  /** Puts `message` in the place of every answer that was still being waited for; for when the bot starts. */
  settle(message: Message): Promise<void>;
};
