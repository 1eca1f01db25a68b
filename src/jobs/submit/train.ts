/** Trains models: hands their photos over, asks once, and looks at the model until it is ready, because no job tells. */

import { z } from 'zod';
import { backoff } from '../../concurrency/backoff.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { Identity, IdentityStore } from '../../identities/identities-store.ts';
import type { RemoteModel } from '../../identities/remote-model.ts';
import type { Log } from '../../log.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import type { ApiKeyStore } from '../state/api-key-store.ts';
import type { ApiRate } from '../state/api-rate.ts';
import type { Job } from '../state/job-store.ts';
import type { Transitions } from '../state/transitions-store.ts';
import { absenceGraceMs, submitLeaseMs } from '../timings.ts';
import { failureOf, tooLate } from './submit.ts';
import type { TrainStore } from './train-store.ts';

export type TrainParts = {
  /** Its `trainModel` waits for no budget: the call is there before it is said that the request leaves. */
  api: PhotoGPT;
  /** Without it there is no limit. */
  apiRate?: Pick<ApiRate, 'enter' | 'leave'>;
  key: string;
  transitions: Transitions;
  apiKeyStore: ApiKeyStore;
  trainings: TrainStore;
  identities: IdentityStore;
  remoteModel: RemoteModel;
  /** Deletes at PhotoGPT the models that were deleted here; gives how many are gone. */
  eraseBuried(signal: AbortSignal): Promise<number>;
  clock: Clock;
  random: () => number;
  log: Log;
};

/** A training takes 20 to 25 minutes (documented), and the documentation asks for a look every five. Milliseconds. */
const interval = 5 * 60_000;
/** The first look comes early: a model that fails at once need not be waited for. */
const firstLook = 60_000;
const deadline = 3 * 3_600_000;
const batch = 10;
/** Waits when PhotoGPT trains as much as it wants to: another training ends in minutes, not in seconds. */
const [shortestWait, longestWait] = [15_000, 5 * 60_000];
/** A model that was just made may not be known to every server of PhotoGPT's. */
const young = 2 * 60_000;

const request = z.object({ identity: z.number() });

/** Returns a step that begins at most one training and looks at those that are due; tells whether one began or ended. */
export function createTrain(parts: TrainParts) {
  const { api, apiRate, transitions, apiKeyStore, trainings, identities, remoteModel, clock, random } = parts;

  async function modelOf(job: Job): Promise<Identity | undefined> {
    const read = request.safeParse(job.request);
    return read.success ? identities.find(read.data.identity) : undefined;
  }

  const isMissing = (error: unknown) => error instanceof PhotoGPTError && error.reason === 'missing';

  /** How the model stands at PhotoGPT; one that it does not know is as good as deleted. */
  const statusOf = (modelID: string, signal: AbortSignal) =>
    api.getModel({ modelID }, { signal }).then(
      ({ status }) => status,
      (error: unknown) => {
        if (isMissing(error)) return 'deleted' as const;
        throw error;
      },
    );

  async function began(job: Job, identity: Identity, modelID: string, look = firstLook): Promise<void> {
    await identities.status(identity.id, 'training');
    await trainings.began(job.id, modelID, { look, deadline });
  }

  /** Nothing was asked for, or PhotoGPT said no: over for good, or later. Others need not wait for that. */
  async function setBack(job: Job, error: unknown): Promise<void> {
    const failure = failureOf(error);
    if (failure) await transitions.refused(job, failure);
    else {
      const told = error instanceof PhotoGPTError ? error.retryAfter : undefined;
      await transitions.requeue(
        job,
        told ?? backoff(job.attempts, random, { firstMs: shortestWait, maxMs: longestWait }),
      );
    }
  }

  async function begin(job: Job, signal: AbortSignal): Promise<void> {
    const log = parts.log.child({ job: job.id });
    const identity = await modelOf(job);
    if (!identity) return void (await transitions.refused(job, { code: 'modelGone', details: undefined }));
    const mine = () => trainings.renew(job, submitLeaseMs);
    const { trouble } = await remoteModel.handOver(identity.id, signal, mine);
    if (trouble === 'gone') {
      const lost = { code: 'photoGone', details: { model: identity.name } } as const;
      return void (await transitions.refused(job, lost));
    }
    if (trouble) return setBack(job, trouble);
    const modelID = (await modelOf(job))?.remoteId;
    if (!modelID) return setBack(job, undefined);

    try {
      // Before the money: an earlier request may have taken effect after it was given up.
      const status = await statusOf(modelID, signal);
      if (status === 'training' || status === 'ready') return await began(job, identity, modelID, 0);
      if (status === 'deleted') {
        return void (await transitions.refused(job, { code: 'modelGone', details: undefined }));
      }
      await apiRate?.enter(signal);
    } catch (error) {
      log.warn({ err: error }, 'a model could not be looked at; nothing was sent');
      return setBack(job, error);
    }

    const asked = clock.now();
    const leaving = await transitions.sending(job, submitLeaseMs);
    if (!leaving) return void (await apiRate?.leave());
    if (clock.now() - asked > tooLate) return void (await transitions.requeue(leaving, 0));
    try {
      await api.trainModel({ modelID }, { signal });
      await began(leaving, identity, modelID);
    } catch (error) {
      const safe = error instanceof PhotoGPTError && (error.verdict === 'refused' || error.verdict === 'busy');
      log.warn({ err: error, safe }, 'a training did not begin');
      if (safe) await setBack(leaving, error);
      else await transitions.doubt(leaving);
    }
  }

  /** The answer was lost: a model that trains, or is ready, was begun; one that still does not after the grace was not. */
  async function clear(job: Job, since: number, signal: AbortSignal): Promise<void> {
    const identity = await modelOf(job);
    const modelID = identity?.remoteId;
    const status = modelID ? await statusOf(modelID, signal) : 'deleted';
    if (identity && modelID && (status === 'training' || status === 'ready')) await began(job, identity, modelID);
    else if (status === 'deleted') await transitions.fail(job.id, { code: 'modelGone', details: undefined }, 'unknown');
    else if (since > absenceGraceMs) await transitions.absent(job);
  }

  /** Tells whether it is over. */
  async function look(job: Job, signal: AbortSignal): Promise<boolean> {
    const identity = await modelOf(job);
    const status = identity?.remoteId ? await statusOf(identity.remoteId, signal) : 'deleted';
    if (identity && status === 'ready') {
      await identities.status(identity.id, 'ready');
      return transitions.finished(job.id, { outputs: [] });
    }
    if (identity && status === 'failed') {
      await identities.status(identity.id, 'failed');
      const reason = 'the training failed';
      return transitions.fail(job.id, { code: 'failed', details: { reason } }, 'running');
    }
    const age = clock.now() - (job.submittedAt ?? job.createdAt).getTime();
    if (status !== 'deleted' || (identity && age < young)) return false;
    return transitions.fail(job.id, { code: 'modelGone', details: undefined }, 'running');
  }

  /** PhotoGPT does not tell: everything stays as it is until the next look. */
  async function unlessSilent<T>(job: Job, work: Promise<T>): Promise<T | undefined> {
    return work.catch((error: unknown) => {
      if (!(error instanceof PhotoGPTError)) throw error;
      parts.log.warn({ err: error, job: job.id }, 'PhotoGPT does not tell how a training stands');
      return undefined;
    });
  }

  /** Tells whether one began or ended. */
  async function trainAll(signal: AbortSignal): Promise<boolean> {
    const claimed = await transitions.claim(parts.key, submitLeaseMs, true);
    if (claimed) await begin(claimed, signal);
    for (const { job, since } of await trainings.inDoubt()) await unlessSilent(job, clear(job, Number(since), signal));
    let ended = false;
    for (const job of await trainings.claimLooks(interval, batch)) {
      ended = (await unlessSilent(job, look(job, signal))) || ended;
    }
    return claimed !== undefined || ended;
  }

  return async function train(signal: AbortSignal): Promise<boolean> {
    if ((await apiKeyStore.state()).pausedFor > 0) return false;
    const moved = (await trainings.isAny()) && (await trainAll(signal));
    await parts.eraseBuried(signal);
    return moved;
  };
}
