/** Runs one piece of work at a time for each key. */

/** Runs `work` when everything that was given earlier under the same key has ended, well or badly. */
export type KeyedMutex = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** Returns a mutex that holds nothing. It remembers a key only while work waits or runs under it. */
export function createKeyedMutex(): KeyedMutex {
  const last = new Map<string, Promise<unknown>>();

  return function runExclusive(key, work) {
    const before = last.get(key) ?? Promise.resolve();
    const result = before.then(work, work);
    const ended = result.then(
      () => undefined,
      () => undefined,
    );
    last.set(key, ended);
    void ended.then(() => {
      if (last.get(key) === ended) last.delete(key);
    });
    return result;
  };
}
