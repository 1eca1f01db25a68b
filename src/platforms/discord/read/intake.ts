/** Takes interactions in: each once, not too many at a time, and none after the end. */
import type { Clock } from '../../../concurrency/clock.ts';
import type { Log } from '../../../log.ts';
import { type Interaction, readInteraction } from './interaction.ts';

type Parts = { answer(interaction: Interaction): Promise<void>; clock: Clock; log: Log };

/** Ids that are remembered against a second delivery: more than come in the three seconds in which it would matter. */
const remembered = 5_000;
/** Calls that are being answered at a time. Above that nobody would be answered in time. */
const mostAtOnce = 1_000;

export function createIntake({ answer, clock, log }: Parts) {
  const seen = new Set<string>();
  const underWay = new Set<Promise<void>>();
  let isOpen = true;

  return {
    /** Whether the data was an interaction that this bot understands; answering it goes on by itself. */
    take(data: unknown): boolean {
      const interaction = readInteraction(data);
      if (!interaction || !isOpen) return false;
      if (seen.has(interaction.id)) return true;
      if (underWay.size >= mostAtOnce) {
        log.warn('too many interactions at once; one was not answered');
        return true;
      }
      seen.add(interaction.id);
      const [oldest] = seen;
      if (seen.size > remembered && oldest !== undefined) seen.delete(oldest);
      const work = answer(interaction).finally(() => underWay.delete(work));
      underWay.add(work);
      return true;
    },

    /** Takes nothing more, and resolves when what is under way has ended or so many milliseconds are over. */
    async stop(patience: number): Promise<void> {
      isOpen = false;
      const enough = new AbortController();
      await Promise.race([Promise.allSettled(underWay), clock.sleep(patience, enough.signal)]);
      enough.abort();
    },
  };
}
