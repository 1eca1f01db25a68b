/** Asks PhotoGPT once more after a job that is about to be ended for its age: it may have finished just now. */
import { PhotoGPTError } from '../../photogpt/error.ts';
import type { createFinish } from '../poll/finish.ts';
import type { Job } from '../state/job-store.ts';

/** Gives whether the job is over; undefined when PhotoGPT does not answer, which is no reason to wait for ever. */
export function createLastLook(finish: ReturnType<typeof createFinish>) {
  return async function lastLook(job: Job, signal: AbortSignal): Promise<boolean | undefined> {
    // A training has no job that could be asked after.
    if (job.state !== 'running' || !job.remoteId || job.operation === 'train') return false;
    const submittedAt = (job.submittedAt ?? job.createdAt).getTime();
    const sight = { id: job.id, remoteId: job.remoteId, model: job.model, submittedAt, seen: submittedAt };
    return finish(sight, signal).catch((error: unknown) => {
      if (error instanceof PhotoGPTError) return undefined;
      throw error;
    });
  };
}
