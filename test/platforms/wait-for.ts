/** Waits for a value, in tests and in programs that measure. */
import { setTimeout as rest } from 'node:timers/promises';

/** Calls `look` every ten milliseconds until it returns a value. Resolves with that, or with undefined after `timeoutMs`. */
export async function waitFor<T>(look: () => T | undefined | Promise<T | undefined>, timeoutMs: number) {
  for (const end = performance.now() + timeoutMs; ; await rest(10)) {
    const found = await look();
    if (found !== undefined || performance.now() > end) return found;
  }
}
