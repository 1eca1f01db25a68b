/** Repeats a write that may have taken effect until the database says whether it did. A person waits for that answer. */
import type { Clock } from '../../concurrency/clock.ts';
import { troubleOf } from '../../db/trouble.ts';
import { refuse } from '../../errors/catalogue.ts';
import { writeRetryWaitsMs } from '../timings.ts';

/**
 * Resolves with the result of `write`, which must be safe to repeat. Throws `UserError` for trouble with the database:
 * `unavailable` when surely nothing was written, `perhapsKept` when it remains unknown. Throws other errors as they are.
 */
export async function retryWrite<T>(write: () => Promise<T>, clock: Clock): Promise<T> {
  let mayHaveWritten = false;
  for (const waitMs of [...writeRetryWaitsMs, undefined]) {
    try {
      return await write();
    } catch (error) {
      const trouble = troubleOf(error);
      if (!trouble) throw error;
      mayHaveWritten ||= trouble.done === 'unknown';
      if (!mayHaveWritten) throw refuse('unavailable', undefined);
      if (waitMs !== undefined) await clock.sleep(waitMs);
    }
  }
  throw refuse('perhapsKept', undefined);
}
