/** Sends one waiting job to PhotoGPT: the row first, then the money, then what PhotoGPT calls it. */
import type { Clock } from '../clock.ts';
import { type Failure, UserError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { References } from '../media/references.ts';
import type { PhotoGPT } from '../photogpt/client.ts';
import { PhotoGPTError } from '../photogpt/error.ts';
import { backoff } from './backoff.ts';
import { bodyOf } from './body.ts';
import type { RemoteStore } from './remote-store.ts';
import type { Job } from './store.ts';
import type { Transitions } from './transitions-store.ts';

/** The client gives up on a request after this; a claim must outlive it, or a second replica sends the same job. */
export const requestTimeout = 30_000;
export const submitLease = requestTimeout + 15_000;
/** A process that was stopped for longer than this, just before it sends, lets it be: its claim would end too early. */
export const tooLate = submitLease - requestTimeout;

export type SubmitParts = {
  api: PhotoGPT;
  key: string;
  transitions: Transitions;
  remote: RemoteStore;
  references: References;
  clock: Clock;
  random: () => number;
  log: Log;
};

/**
 * Returns a step that sends at most one job and tells whether there was one. The step never throws for what PhotoGPT
 * does; it throws for the database, and then the claim runs out and the job is looked into.
 */
export function createSubmit(parts: SubmitParts) {
  const { api, key, transitions, remote, references, clock, random } = parts;

  /** What an error before the paid request means: nothing was sent, so the worst is to wait. */
  async function setBack(job: Job, error: unknown): Promise<void> {
    const failure = failureOf(error);
    if (failure) {
      await transitions.refused(job, failure);
      return;
    }
    const wait = (error instanceof PhotoGPTError && error.retryAfter) || backoff(job.attempts, random);
    if (error instanceof PhotoGPTError && error.verdict === 'busy') await remote.pause(wait);
    await transitions.requeue(job, wait);
  }

  /** PhotoGPT has the job, so its id must be kept, however the database feels at the moment. */
  async function keep(job: Job, remoteId: string, log: Log): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        if (await transitions.accepted(job.id, remoteId)) return;
        // Found in the list, and kept, while this answer was on its way.
        if ((await remote.known([remoteId])).has(remoteId)) return;
        log.warn({ remoteId }, 'accepted after the job had ended or had an id; booked as an orphan');
        await remote.orphan({ remoteId, verdict: 'late' });
        return;
      } catch (error) {
        log.error({ err: error, remoteId, attempt }, 'the id of a running job could not be saved');
        if (attempt === 8) throw error;
        await clock.sleep(backoff(attempt, random, 200, 4_000));
      }
    }
  }

  return async function submit(signal: AbortSignal): Promise<boolean> {
    const { pausedFor } = await remote.state();
    if (pausedFor > 0) return false;
    const claimed = await transitions.claim(key, submitLease);
    if (!claimed) return false;
    const log = parts.log.child({ job: claimed.id });

    let job = claimed;
    try {
      for (const [index, ref] of claimed.refs.entries()) {
        const resolved = await references.resolve(ref, signal);
        const refs = job.refs.with(index, resolved);
        const kept = await transitions.referenced(job, refs, submitLease);
        if (!kept) return true;
        job = kept;
      }
    } catch (error) {
      log.warn({ err: error }, 'a reference could not be handed over; nothing was sent');
      await setBack(job, error);
      return true;
    }

    const asked = clock.now();
    const leaving = await transitions.sending(job, submitLease);
    if (!leaving) return true;
    if (clock.now() - asked > tooLate) {
      log.warn('stopped for so long that somebody else may have the job by now; nothing was sent');
      await transitions.requeue(leaving, 0);
      return true;
    }
    try {
      const { jobId } = await send(api, leaving, signal);
      await keep(leaving, jobId, log);
      await remote.resume();
    } catch (error) {
      const safe = error instanceof PhotoGPTError && (error.verdict === 'refused' || error.verdict === 'busy');
      log.warn({ err: error, safe }, 'submit failed');
      if (safe) await setBack(leaving, error);
      else await transitions.doubt(leaving);
    }
    return true;
  };
}

function send(api: PhotoGPT, job: Job, signal: AbortSignal): Promise<{ jobId: string }> {
  const body = bodyOf(job.request, job.refs);
  switch (job.operation) {
    case 'image':
      return api.generateImage(body, { signal });
    case 'video':
      return api.generateVideo(body, { signal });
    case 'upscale':
      return api.upscaleImage({ imageID: String(body.imageID) }, { signal });
    case 'train':
      throw new Error('trainings are claimed and sent by train.ts');
  }
}

/** How the job fails when PhotoGPT, or the picture itself, says no for good; undefined when trying later makes sense. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof UserError) return error.failure;
  if (!(error instanceof PhotoGPTError) || error.verdict !== 'refused') return undefined;
  if (error.reason === 'credits') return { code: 'outOfCredits', details: undefined };
  if (error.reason === 'access') return { code: 'keyRefused', details: undefined };
  return { code: 'refused', details: { reason: error.message } };
}
