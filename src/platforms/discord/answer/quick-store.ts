/** The store as it is used before the acknowledgement: a database that hangs must not keep the person from hearing that. */
import type { Clock } from '../../../concurrency/clock.ts';
import { timedOut, withTimeout } from '../../../concurrency/with-timeout.ts';
import { refuse } from '../../../errors/catalogue.ts';
import type { CallStore } from '../render/custom-id.ts';
import { formTimeoutMs } from '../timings.ts';

/** Returns the same store with a time limit. Its functions throw a `UserError` when that is over. */
export function createQuickStore(ttlStore: CallStore, clock: Clock): CallStore {
  async function inTime<T>(work: Promise<T>): Promise<T> {
    const result = await withTimeout(work, formTimeoutMs, clock);
    if (result === timedOut) throw refuse('unavailable', undefined);
    return result;
  }

  return {
    get: (key) => inTime(ttlStore.get(key)),
    put: (key, json, ttlMs) => inTime(ttlStore.put(key, json, ttlMs)),
  };
}
