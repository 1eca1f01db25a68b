/** Shows the outcome of a call: in the acknowledging message, or to the person alone where other people read that. */
import type { Message, MessageRef, Origin, Receipt } from '../../../chat.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import type { Log } from '../../../log.ts';
import { isPublic } from '../read/reply-context.ts';
import type { Deliver } from '../send/deliver.ts';
import { showRetryPausesMs, showTimeoutMs } from '../timings.ts';

type Parts = { deliver: Deliver; clock: Clock; log: Log };

/** Shows an answer. `ref` is the acknowledging message. Returns where the answer stands. Throws when it stands nowhere. */
export type ShowAnswer = (message: Message, origin: Origin, ref: MessageRef) => Promise<MessageRef>;

/** Returns `showAnswer`. */
export function createShowAnswer({ deliver, clock, log }: Parts): ShowAnswer {
  /** Does the work until it succeeds, with a pause after each failure. A refusal is final. */
  async function withRetries<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    for (const pauseMs of showRetryPausesMs) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof UndeliverableError) throw error;
        log.debug({ err: error, pause: pauseMs }, 'showing an answer failed, trying again');
        await clock.sleep(pauseMs, signal);
      }
    }
    return work();
  }

  return async function showAnswer(message, origin, ref) {
    const signal = AbortSignal.timeout(showTimeoutMs);
    const receipt: Receipt = {
      key: `a${origin.event}`,
      attempt: 1,
      replaces: ref,
      notes: {},
      note: async () => {},
    };
    const post = () => withRetries(signal, () => deliver.post(origin, message, receipt, signal));
    if (!message.private || !isPublic(ref)) return post();
    try {
      return await withRetries(signal, () => deliver.postPrivately(origin, message, ref, receipt, signal));
    } catch (err) {
      log.warn({ err }, 'ephemeral answer failed, using direct messages');
      return post();
    }
  };
}
