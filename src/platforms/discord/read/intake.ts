/**
 * The way in. An interaction comes over the gateway (`gateway.ts`) or over HTTP (`interactions-server.ts`).
 * `interaction.ts` parses it. This file hands each one to the answer once, and none after the end.
 * `call.ts` and `attachments.ts` turn it into a call. `origin.ts`, `reply-context.ts` and `permissions.ts` read who made
 * it, where, and how it can be answered.
 * Nothing in this room sends anything to Discord or knows how a message looks.
 */
import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { withTimeout } from '../../../concurrency/with-timeout.ts';
import type { Log } from '../../../log.ts';
import { type Interaction, readInteraction } from './interaction.ts';

type Parts = { answer(interaction: Interaction): Promise<void>; clock: Clock; log: Log };

/** Ids that are remembered against a second delivery. Fewer come in the three seconds in which one would matter. */
const maxRememberedIds = 5_000;
/** Calls that are answered at the same time. Above that, all answers would be too late. */
const maxConcurrentCalls = 1_000;

/** Returns the intake. It is open until `stop`. */
export function createIntake({ answer, clock, log }: Parts) {
  const seenIds = createBoundedMap<string, true>({ maxEntries: maxRememberedIds });
  const inFlight = new Set<Promise<void>>();
  let isOpen = true;

  return {
    /** Begins to answer an interaction. Returns whether the data was one that this bot understands. */
    take(data: unknown): boolean {
      const interaction = readInteraction(data);
      if (!interaction || !isOpen) return false;
      if (seenIds.has(interaction.id)) return true;
      if (inFlight.size >= maxConcurrentCalls) {
        log.warn('interaction dropped: too many at once');
        return true;
      }
      seenIds.set(interaction.id, true);
      const work = answer(interaction).finally(() => inFlight.delete(work));
      inFlight.add(work);
      return true;
    },

    /** Closes the intake. Resolves when the calls in flight have ended, or after `timeoutMs` milliseconds. */
    async stop(timeoutMs: number): Promise<void> {
      isOpen = false;
      await withTimeout(Promise.allSettled(inFlight), timeoutMs, clock);
    },
  };
}
