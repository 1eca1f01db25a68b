/** Tells the jobs on PhotoGPT's list that are trainings of ours: it lists them, but never told us their ids. */

import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import type { Listed } from '../poll/read-list.ts';
import type { ApiKeyStore } from '../state/api-key-store.ts';

/** What is left of the list. Whether one of `unclear` is a training cannot be told: it must not be adopted unproved. */
export type Sorted = { others: Listed[]; unclear: ReadonlySet<string> };

/** When a training may have been made at PhotoGPT, after it was sent and before: milliseconds. */
type Window = { absenceGraceMs: number; clockSkewMs: number };

/**
 * Returns a step that books, among listed jobs that nobody owns, those that are trainings. `now` is by PhotoGPT's clock.
 * What PhotoGPT echoes of the model decides; without an echo a job is a training only if nothing else was waiting.
 */
export function createListedTrainings({ api, apiKeyStore }: { api: PhotoGPT; apiKeyStore: ApiKeyStore }) {
  async function modelOf({ jobId }: Listed, signal: AbortSignal): Promise<string | undefined> {
    const detail = await api.getJob({ id: jobId }, { signal }).catch((error: unknown) => {
      if (error instanceof PhotoGPTError && (error.verdict === 'refused' || error.reason === 'unreadable')) return;
      throw error;
    });
    return detail?.modelId;
  }

  return async function sortOut(
    listed: Listed[],
    { now, absenceGraceMs, clockSkewMs, alone, signal }: Window & { now: number; alone: boolean; signal: AbortSignal },
  ): Promise<Sorted> {
    const unclear = new Set<string>();
    if (listed.length === 0) return { others: listed, unclear };
    const oldest = Math.min(...listed.map(({ createdAt = now }) => createdAt));
    const trainings = await apiKeyStore.trainings(now - oldest + absenceGraceMs + clockSkewMs);
    const others: Listed[] = [];
    for (const job of listed) {
      const age = now - (job.createdAt ?? now);
      const near = trainings.filter(
        ({ sentAgo }) => age <= Number(sentAgo) + clockSkewMs && age >= Number(sentAgo) - absenceGraceMs,
      );
      const model = near.length > 0 ? await modelOf(job, signal) : undefined;
      if (near.length > 0 && (model === undefined ? alone : near.some((training) => training.model === model))) {
        const { jobId: remoteId, credits, createdAt } = job;
        const remoteCreatedAt = createdAt === undefined ? undefined : new Date(createdAt);
        await apiKeyStore.orphan({ remoteId, verdict: 'training', credits, remoteCreatedAt });
        continue;
      }
      if (near.length > 0 && model === undefined) unclear.add(job.jobId);
      others.push(job);
    }
    return { others, unclear };
  };
}
