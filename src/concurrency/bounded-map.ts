/** A map with a bound on its entries. At the bound, it drops the entry that was used longest ago. */
import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.ts';

/** `get` and `has` know nothing of an entry whose time is over. `set` takes a time of its own for one entry. */
export type BoundedMap<K, V> = {
  get(key: K): V | undefined;
  has(key: K): boolean;
  set(key: K, value: V, options?: { ttlMs?: number }): void;
  delete(key: K): void;
  clear(): void;
  size(): number;
};

/** `maxEntries` bounds the memory. `ttlMs` is how long an entry is believed, in milliseconds of `clock`: for ever without it. */
type BoundedMapSettings = { maxEntries: number; ttlMs?: number; clock?: Pick<Clock, 'now'> };

/** Returns an empty map. An entry of a clock that is set back is believed for that much longer. */
export function createBoundedMap<K extends {}, V extends {}>(settings: BoundedMapSettings): BoundedMap<K, V> {
  const { maxEntries, ttlMs, clock } = settings;
  const entries = new LRUCache<K, V>({
    max: maxEntries,
    ttl: ttlMs,
    // A resolution of 0 asks the clock each time. The package would else remember the time with a timer.
    ...(clock && { perf: clock, ttlResolution: 0 }),
  });
  return {
    get: (key) => entries.get(key),
    has: (key) => entries.has(key),
    set: (key, value, options) =>
      void entries.set(key, value, options?.ttlMs === undefined ? {} : { ttl: options.ttlMs }),
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
    size: () => entries.size,
  };
}
