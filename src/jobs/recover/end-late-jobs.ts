/**
 * Ends jobs that took too long. Before a job at PhotoGPT fails for its age, PhotoGPT is asked one last time: the job
 * may have finished just now.
 */
import type { Clock } from '../../concurrency/clock.ts';
import type { Failure } from '../../errors/catalogue.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import type { Finish } from '../poll/finish.ts';
import type { Job } from '../state/job-store.ts';
import type { Transitions } from '../state/transitions-store.ts';

type EndLateJobsParts = { transitions: Pick<Transitions, 'fail'>; finish: Finish; clock: Pick<Clock, 'now'> };

/** Ends each of `jobs`. `mayAsk` tells whether PhotoGPT can be asked about a job. */
type EndLateJobs = (jobs: readonly Job[], mayAsk: (job: Job) => boolean, signal: AbortSignal) => Promise<void>;

/** The answer of PhotoGPT to a last look. `ended` means that the outcome is recorded. */
type LastLook = 'ended' | 'open' | 'unanswered';

/** Returns a function that records the outcome of each late job, or fails the job with a reason. */
export function createEndLateJobs({ transitions, finish, clock }: EndLateJobsParts): EndLateJobs {
  async function lookOnceMore(job: Job, signal: AbortSignal): Promise<LastLook> {
    // A training has no id at PhotoGPT.
    if (job.state !== 'running' || !job.remoteId || job.operation === 'train') return 'open';
    const submittedAt = (job.submittedAt ?? job.createdAt).getTime();
    const inFlight = { id: job.id, remoteId: job.remoteId, model: job.model, submittedAt, seen: submittedAt };
    try {
      return (await finish(inFlight, signal)) ? 'ended' : 'open';
    } catch (error) {
      if (error instanceof PhotoGPTError) return 'unanswered';
      throw error;
    }
  }

  return async function endLateJobs(jobs, mayAsk, signal) {
    let isAnswering = true;
    for (const job of jobs) {
      const look = isAnswering && mayAsk(job) ? await lookOnceMore(job, signal) : 'open';
      if (look === 'ended') continue;
      // A silent PhotoGPT takes two minutes for each question, and leases wait behind this step.
      if (look === 'unanswered') isAnswering = false;
      await transitions.fail(job.id, failureOf(job, clock.now()), job.state);
    }
  };
}

/**
 * Returns the reason for a person. It says whether credits were spent: none before the request left, unknown in doubt.
 */
function failureOf(job: Job, now: number): Failure {
  const minutes = Math.round((now - job.createdAt.getTime()) / 60_000);
  if (job.state === 'unknown' || (job.state === 'submitting' && job.sentAt)) {
    return { code: 'ambiguous', details: undefined };
  }
  const wasSent = job.state === 'running' || job.state === 'preparing';
  return { code: wasSent ? 'deadline' : 'unreachable', details: { minutes } };
}
