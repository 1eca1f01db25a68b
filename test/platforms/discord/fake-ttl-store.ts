/** A store that forgets nothing, in place of the database's. */
import type { Json } from '../../../src/chat.ts';

/** Returns an empty store. `entries` has the JSON of each entry as text, as the database has it. */
export function createFakeTtlStore() {
  const entries = new Map<string, string>();
  return {
    entries,
    get: async (key: string) => {
      const text = entries.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as Json);
    },
    put: async (key: string, json: Json) => void entries.set(key, JSON.stringify(json)),
  };
}
