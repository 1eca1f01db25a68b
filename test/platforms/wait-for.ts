/** Waits for something to become true, in tests and in programs that are none. */
import { setTimeout as rest } from 'node:timers/promises';

/** What `look` gives as soon as that is anything, looked at every ten milliseconds; undefined when it takes too long. */
export async function waitFor<T>(look: () => T | undefined | Promise<T | undefined>, milliseconds: number) {
  for (const end = performance.now() + milliseconds; ; await rest(10)) {
    const found = await look();
    if (found !== undefined || performance.now() > end) return found;
  }
}
