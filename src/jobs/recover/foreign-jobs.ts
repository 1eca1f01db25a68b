/** Compares PhotoGPT's list with our table: what nobody here asked for means that somebody else uses the key. */

import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../log.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { readList } from '../poll/read-list.ts';
import type { ApiKeyStore } from '../state/api-key-store.ts';
import { absenceGraceMs, clockSkewMs } from '../timings.ts';
import { createListedTrainings } from './listed-trainings.ts';

/** Jobs this close to the start of this bot, or to a request that waits for its id, are not judged. */
const allowance = 10_000;
/** How far back each audit looks; the audits overlap. */
const reach = 15 * 60_000;

/** Returns a step that books every job that nobody owns, and from the first one on forbids adopting any. */
export function createForeignJobsAudit({
  api,
  apiKeyStore,
  log,
}: {
  api: PhotoGPT;
  apiKeyStore: ApiKeyStore;
  log: Log;
}) {
  const sortOut = createListedTrainings({ api, apiKeyStore });

  return async function audit(clock: Pick<Clock, 'now'>, signal: AbortSignal): Promise<void> {
    const { pausedFor } = await apiKeyStore.state();
    if (pausedFor > 0) return;
    const back = Math.min(reach, (await apiKeyStore.seenFor()) - allowance);
    if (back <= 0) return;
    const asked = clock.now();
    const { jobs: listed, serverTime = asked } = await readList(api, asked - back, signal);
    // In this order for the reason that `reconcile.ts` gives.
    const waiting = await apiKeyStore.unidentified();
    const known = await apiKeyStore.known(listed.map(({ jobId }) => jobId));
    // Ages are the database's, because our own clock may be wrong, or be set in between; the rest is by PhotoGPT's.
    const from = serverTime - Math.max(...waiting.map(({ sentAgo }) => sentAgo), Number.NEGATIVE_INFINITY) - allowance;
    const nobodys = listed.filter(
      ({ jobId, createdAt = 0 }) => !known.has(jobId) && createdAt >= serverTime - back && createdAt < from,
    );
    // Nobody waits for an id of that time, so what could be a training is one.
    const { others: foreign } = await sortOut(nobodys, {
      now: serverTime,
      absenceGraceMs,
      clockSkewMs,
      alone: true,
      signal,
    });
    for (const { jobId, credits, createdAt = 0 } of foreign) {
      await apiKeyStore.orphan({ remoteId: jobId, verdict: 'foreign', credits, remoteCreatedAt: new Date(createdAt) });
    }
    if (foreign.length === 0) return;
    await apiKeyStore.foreign();
    log.warn({ jobs: foreign.length }, 'the key is used by somebody else: lost answers will end as “cannot tell”');
  };
}
