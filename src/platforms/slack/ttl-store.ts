/** The part of the database that the adapter gets: values under a key, for a limited time. */
import type { Json } from '../../chat.ts';

/** A keyed store that all processes share. */
export type TtlStore = {
  /** Returns the value of a key. Undefined after its time is over. */
  get(key: string): Promise<Json | undefined>;
  /** Sets the value of a key for `ttlMs` milliseconds, in place of an earlier one. */
  put(key: string, value: Json, ttlMs: number): Promise<void>;
  /** Returns true for the first caller of any process, and false for all others until `ttlMs` milliseconds are over. */
  claim(key: string, ttlMs: number): Promise<boolean>;
  /** Returns the entries whose keys begin with `prefix`: at most 200. */
  list(prefix: string): Promise<{ key: string; content: Json }[]>;
};
