/** Recognizes trainings of ours on PhotoGPT's list. PhotoGPT lists them as jobs, but never told us their ids. */

import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import type { Listed } from '../poll/list/read-list.ts';
import type { ApiKeyStore } from '../state/api-key-store.ts';
import { absenceGraceMs, clockSkewMs } from '../timings.ts';
import { orphanOf } from './orphan-row.ts';

type Parts = { api: Pick<PhotoGPT, 'getJob'>; apiKeyStore: Pick<ApiKeyStore, 'trainings' | 'orphan'> };
type Training = Awaited<ReturnType<ApiKeyStore['trainings']>>[number];

/** The part of the list that is left. A job of `unclear` may be a training, so it must not be adopted without proof. */
export type WithoutTrainings = { others: Listed[]; unclear: ReadonlySet<string> };

/**
 * `now` is the time of the list by PhotoGPT's clock, in epoch milliseconds. With `isNothingElseWaiting`, no request
 * waits for the id of a job from the time of the list.
 */
type ListContext = { now: number; isNothingElseWaiting: boolean; signal: AbortSignal };

/**
 * Returns a step that records the trainings among listed jobs that no row owns, and resolves with the other jobs.
 *
 * A job can be a training when one was sent about the time of its creation. The id of the model decides, where PhotoGPT
 * repeats it. Without it, the job is a training only if nothing else was waiting.
 */
export function createListedTrainings({ api, apiKeyStore }: Parts) {
  async function modelOf({ jobId }: Listed, signal: AbortSignal): Promise<string | undefined> {
    const detail = await api.getJob({ id: jobId }, { signal }).catch((error: unknown) => {
      if (error instanceof PhotoGPTError && (error.verdict === 'rejected' || error.reason === 'unreadable')) return;
      throw error;
    });
    return detail?.modelId;
  }

  async function kindOf(
    job: Listed,
    trainings: readonly Training[],
    { now, isNothingElseWaiting, signal }: ListContext,
  ): Promise<'training' | 'unclear' | 'other'> {
    const ageMs = now - (job.createdAt ?? now);
    const candidates = trainings.filter((training) => isAboutAsOld(training, ageMs));
    if (candidates.length === 0) return 'other';
    const model = await modelOf(job, signal);
    if (model === undefined) return isNothingElseWaiting ? 'training' : 'unclear';
    return candidates.some((training) => training.model === model) ? 'training' : 'other';
  }

  return async function takeOutTrainings(listed: Listed[], context: ListContext): Promise<WithoutTrainings> {
    const others: Listed[] = [];
    const unclear = new Set<string>();
    if (listed.length === 0) return { others, unclear };
    const { now } = context;
    const oldest = Math.min(...listed.map(({ createdAt = now }) => createdAt));
    const trainings = await apiKeyStore.trainings(now - oldest + absenceGraceMs + clockSkewMs);
    for (const job of listed) {
      const kind = await kindOf(job, trainings, context);
      if (kind === 'training') {
        await apiKeyStore.orphan(orphanOf(job, 'training'));
        continue;
      }
      if (kind === 'unclear') unclear.add(job.jobId);
      others.push(job);
    }
    return { others, unclear };
  };
}

/** Whether a request that was sent then may have made a job of this age. */
function isAboutAsOld(training: Training, ageMs: number): boolean {
  const sentAgoMs = Number(training.sentAgoMs);
  return ageMs <= sentAgoMs + clockSkewMs && ageMs >= sentAgoMs - absenceGraceMs;
}
