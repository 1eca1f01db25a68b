/**
 * Compares PhotoGPT's list with our table. A job that no row owns means that another program uses the API key. From the
 * first one on, lost answers are no longer matched with jobs by their time alone.
 */

import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../log.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { type Listed, readList } from '../poll/list/read-list.ts';
import type { ApiKeyStore } from '../state/api-key-store.ts';
import { auditMarginMs, auditReachMs } from '../timings.ts';
import { createListedTrainings } from './listed-trainings.ts';
import { orphanOf } from './orphan-row.ts';

type ForeignJobsAuditParts = { api: PhotoGPT; apiKeyStore: ApiKeyStore; log: Log };

/** Returns a step that records each job that no row owns, and notes on the key that it is shared when there is one. */
export function createForeignJobsAudit({ api, apiKeyStore, log }: ForeignJobsAuditParts) {
  const takeOutTrainings = createListedTrainings({ api, apiKeyStore });

  /** Returns the jobs that no row owns, and that no request in doubt can have made. `now` is by PhotoGPT's clock. */
  async function unownedAmong(
    listed: readonly Listed[],
    { now, reachMs }: { now: number; reachMs: number },
  ): Promise<Listed[]> {
    // In this order for the reason that `read-evidence.ts` gives.
    const waiting = await apiKeyStore.unidentified();
    const known = await apiKeyStore.known(listed.map(({ jobId }) => jobId));
    // The ages are by the database's clock, because ours may be wrong, or may be set during the audit.
    const oldestSentAgoMs = Math.max(...waiting.map(({ sentAgoMs }) => sentAgoMs), Number.NEGATIVE_INFINITY);
    const until = now - oldestSentAgoMs - auditMarginMs;
    return listed.filter(
      ({ jobId, createdAt = 0 }) => !known.has(jobId) && createdAt >= now - reachMs && createdAt < until,
    );
  }

  return async function audit(clock: Pick<Clock, 'now'>, signal: AbortSignal): Promise<void> {
    const { pausedForMs } = await apiKeyStore.state();
    if (pausedForMs > 0) return;
    const reachMs = Math.min(auditReachMs, (await apiKeyStore.seenForMs()) - auditMarginMs);
    if (reachMs <= 0) return;
    const askedAt = clock.now();
    const { jobs: listed, serverTime = askedAt } = await readList(api, askedAt - reachMs, signal);
    const unowned = await unownedAmong(listed, { now: serverTime, reachMs });
    const { others: foreign } = await takeOutTrainings(unowned, {
      now: serverTime,
      isNothingElseWaiting: true,
      signal,
    });
    for (const job of foreign) await apiKeyStore.orphan(orphanOf(job, 'foreign'));
    if (foreign.length === 0) return;
    await apiKeyStore.foreign();
    log.warn({ jobs: foreign.length }, 'another program uses the API key');
  };
}
