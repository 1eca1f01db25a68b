/** Reads how one job at PhotoGPT stands, and books its end. */
import type { Clock } from '../clock.ts';
import type { Output } from '../db/schema.ts';
import type { Log } from '../log.ts';
import type { PhotoGPT } from '../photogpt/client.ts';
import { PhotoGPTError } from '../photogpt/error.ts';
import type { Experience } from './durations-store.ts';
import type { InFlight } from './plan.ts';
import type { Transitions } from './transitions-store.ts';

export type SettleParts = { api: PhotoGPT; transitions: Transitions; experience: Experience; clock: Clock; log: Log };

/** A job that is younger than this may not have reached every server of PhotoGPT's. */
const young = 2 * 60_000;

/** What PhotoGPT's list said of the job, which knows more of credits and times than the job itself does. */
type Sight = { credits?: number; updatedAt?: number; createdAt?: number };

/**
 * Returns a step that asks after one job and tells whether it is over. Throws `PhotoGPTError` when PhotoGPT did not
 * answer, and then nothing has changed.
 */
export function createSettle({ api, transitions, experience, clock, log }: SettleParts) {
  return async function settle(job: InFlight, signal: AbortSignal, sight: Sight = {}): Promise<boolean> {
    const detail = await api.getJob({ id: job.remoteId }, { signal }).catch((error: unknown) => {
      const gone = error instanceof PhotoGPTError && error.reason === 'missing';
      if (gone && clock.now() - job.submittedAt > young) return undefined;
      if (gone) return 'not there yet' as const;
      throw error;
    });
    if (detail === 'not there yet') return false;
    if (!detail) {
      await transitions.fail(job.id, { code: 'failed', details: { reason: 'it no longer knows this job' } }, 'running');
      return true;
    }
    if (detail.status === 'running') return false;

    const createdAt = sight.createdAt ?? detail.createdAt;
    const endedAt = sight.updatedAt ?? detail.updatedAt;
    if (createdAt !== undefined && endedAt !== undefined) experience.learned(job.model, (endedAt - createdAt) / 1000);
    else experience.learned(job.model, (clock.now() - job.submittedAt) / 1000);

    if (detail.status === 'failed') {
      const reason = detail.error ?? 'it gave no reason';
      await transitions.fail(job.id, { code: 'failed', details: { reason } }, 'running');
      return true;
    }
    const outputs: Output[] = [
      ...detail.images.map(({ id, url }) => ({ kind: 'image' as const, id, url })),
      ...detail.videos.map(({ id, url }) => ({ kind: 'video' as const, id, url })),
    ];
    if (outputs.length === 0) await transitions.fail(job.id, { code: 'empty', details: undefined }, 'running');
    else {
      const at = endedAt === undefined ? undefined : new Date(endedAt);
      await transitions.finished(job.id, { outputs, credits: sight.credits ?? detail.credits, at });
    }
    log.debug({ job: job.id, outputs: outputs.length }, 'finished at PhotoGPT');
    return true;
  };
}
