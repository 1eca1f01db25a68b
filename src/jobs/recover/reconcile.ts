/**
 * Finds out what became of requests whose answer was lost. A request is sent again only when PhotoGPT's list proves
 * that it never arrived, because a second one would be paid for twice.
 */

import type { Clock } from '../../concurrency/clock.ts';
import { createEvery } from '../../concurrency/every.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import { doubtHorizonMs, maxReconcileIntervalMs, minReconcileIntervalMs, unansweredPauseMs } from '../timings.ts';
import { createDecideDoubt, type DecideDoubtParts } from './decide-doubt.ts';
import { createReadEvidence, type Doubt, suspectsOf } from './read-evidence.ts';

/** Parts of reconciling. */
export type ReconcileParts = DecideDoubtParts & { api: PhotoGPT; clock: Clock };

/** Returns a step that looks into every job in doubt, and resolves with whether it did something. */
export function createReconcile({ api, transitions, apiKeyStore, clock, log, exclusive }: ReconcileParts) {
  const { decide, giveUp } = createDecideDoubt({ api, transitions, apiKeyStore, exclusive, log });
  const readEvidence = createReadEvidence({ api, apiKeyStore, clock });
  let intervalMs = minReconcileIntervalMs;
  const looks = createEvery(() => intervalMs, clock);

  async function decideAll(doubts: readonly Doubt[], signal: AbortSignal): Promise<void> {
    const evidence = await readEvidence(doubts, signal);
    for (const doubt of doubts) {
      const suspects = suspectsOf(doubt, evidence);
      if (suspects) await decide(doubt, suspects, evidence.isWhole, signal);
    }
  }

  return async function reconcile(signal: AbortSignal): Promise<boolean> {
    const doubts = await apiKeyStore.inDoubt();
    const expired = doubts.filter(({ since }) => since > doubtHorizonMs);
    for (const doubt of expired) await giveUp(doubt, [], 'older than the list');
    const open = doubts.filter((doubt) => !expired.includes(doubt));
    if (open.length === 0) return expired.length > 0;

    intervalMs = intervalFor(open);
    if (!looks.isDue() || (await apiKeyStore.state()).pausedForMs > 0) return false;
    looks.mark();
    try {
      await decideAll(open, signal);
    } catch (error) {
      if (!(error instanceof PhotoGPTError)) throw error;
      log.warn({ err: error }, 'looking for lost requests failed');
      await apiKeyStore.pause(error.retryAfterMs ?? unansweredPauseMs);
    }
    return true;
  };
}

/** Returns half the age of the youngest doubt, within bounds: an answer that was lost just now is worth more looks. */
function intervalFor(doubts: readonly Doubt[]): number {
  const youngestMs = Math.min(...doubts.map(({ since }) => since));
  return Math.min(maxReconcileIntervalMs, Math.max(minReconcileIntervalMs, youngestMs / 2));
}
