/** Repeats a write that may have taken effect, until the database says which, because its caller is about to tell somebody. */
import type { Clock } from '../../concurrency/clock.ts';
import { troubleOf } from '../../db/trouble.ts';
import { refuse } from '../../errors/catalogue.ts';

/**
 * Together with the pool's own waiting about fifteen seconds: longer, and nobody waits for the answer any more. Nothing
 * spreads these waits, because the pool spreads its own. Milliseconds.
 */
const waits = [200, 400, 1_000, 2_000];

/**
 * What `write` comes to; it must be one that can be repeated. Throws `UserError`: `unavailable` when nothing was kept for
 * sure, `perhapsKept` when nobody can tell. What is no trouble of the database's passes as it is.
 */
export async function retryWrite<T>(write: () => Promise<T>, clock: Clock): Promise<T> {
  let isOpen = false;
  for (const wait of [...waits, undefined]) {
    try {
      return await write();
    } catch (error) {
      const trouble = troubleOf(error);
      if (!trouble) throw error;
      isOpen ||= trouble.done === 'unknown';
      if (!isOpen) throw refuse('unavailable', undefined);
      if (wait !== undefined) await clock.sleep(wait);
    }
  }
  throw refuse('perhapsKept', undefined);
}
