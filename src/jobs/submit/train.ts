/**
 * Trains models at PhotoGPT. No job id tells how a training stands, so the status of its model does.
 *
 * 1. A claimed job hands its photos over to the model.
 * 2. The model must not be in training already: an earlier request may have taken effect after it was given up.
 * 3. The row says that the request leaves, and the request leaves. The job is running.
 * 4. The model is polled until it is ready or failed.
 *
 * A lost answer leaves the job in doubt. The model's status then tells whether the training began.
 */
import { z } from 'zod';
import { backoff } from '../../concurrency/backoff.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { Failure } from '../../errors/catalogue.ts';
import type { Identity, IdentityStore } from '../../identities/identities-store.ts';
import type { RemoteModel } from '../../identities/remote-model.ts';
import type { Log } from '../../log.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import type { ApiKeyStore } from '../state/api-key-store.ts';
import type { ApiRate } from '../state/api-rate.ts';
import type { Job } from '../state/job-store.ts';
import type { Transitions } from '../state/transitions-store.ts';
import {
  absenceGraceMs,
  firstTrainingPollMs,
  maxClaimAgeMs,
  newModelGraceMs,
  submitLeaseMs,
  trainingBackoffMs,
  trainingDeadlineMs,
  trainingPollIntervalMs,
} from '../timings.ts';
import { failureOf, isWithoutEffect } from './send-failure.ts';
import type { TrainStore } from './train-store.ts';

/** The parts that training needs. */
export type TrainParts = {
  /** A client whose `trainModel` does not wait for the API rate. That wait comes before the row says that it leaves. */
  api: PhotoGPT;
  /** There is no limit without it. */
  apiRate?: Pick<ApiRate, 'enter' | 'leave'>;
  /** The hash that rows carry in place of the API key. */
  key: string;
  transitions: Transitions;
  apiKeyStore: ApiKeyStore;
  trainings: TrainStore;
  identities: IdentityStore;
  remoteModel: RemoteModel;
  /** Deletes at PhotoGPT the models that were deleted here. Resolves with how many. */
  purgeDeletedModels(signal: AbortSignal): Promise<number>;
  clock: Clock;
  random: () => number;
  log: Log;
};

/** A model whose photos are at PhotoGPT, and its id there. */
type PreparedModel = { identity: Identity; modelID: string };

/** Models that one step polls at most. */
const maxPolls = 10;

/** The request of a job that trains. `identity` is the id of the model in our table. */
const trainRequest = z.object({ identity: z.number() });

const modelGone: Failure = { code: 'modelGone', details: undefined };

/** Returns a step that begins one training at most and polls those that are due. It resolves with whether one began or ended. */
export function createTrain(parts: TrainParts) {
  const { api, apiRate, transitions, apiKeyStore, trainings, identities, remoteModel, clock, random, log } = parts;

  async function findModel(job: Job): Promise<Identity | undefined> {
    const request = trainRequest.safeParse(job.request);
    return request.success ? identities.find(request.data.identity) : undefined;
  }

  /** Fetches the model's status at PhotoGPT. A model that PhotoGPT does not know counts as deleted. */
  const statusOf = (modelID: string, signal: AbortSignal) =>
    api.getModel({ modelID }, { signal }).then(
      ({ status }) => status,
      (error: unknown) => {
        if (error instanceof PhotoGPTError && error.reason === 'missing') return 'deleted' as const;
        throw error;
      },
    );

  async function markRunning(job: Job, { identity, modelID }: PreparedModel, pollInMs = firstTrainingPollMs) {
    await identities.status(identity.id, 'training');
    await trainings.markRunning(job.id, modelID, { pollInMs, deadlineMs: trainingDeadlineMs });
  }

  /** Ends the job or puts it back into the queue, after an error without effect. The key is not paused: other jobs may go. */
  async function setBack(job: Job, error: unknown): Promise<void> {
    const failure = failureOf(error);
    if (failure) {
      await transitions.refused(job, failure);
      return;
    }
    const retryAfterMs = error instanceof PhotoGPTError ? error.retryAfterMs : undefined;
    await transitions.requeue(job, retryAfterMs ?? backoff(job.attempts, random, trainingBackoffMs));
  }

  /** Hands the photos over. Resolves with undefined when the job ended or went back into the queue instead. */
  async function prepareModel(job: Job, signal: AbortSignal): Promise<PreparedModel | undefined> {
    const identity = await findModel(job);
    if (!identity) {
      await transitions.refused(job, modelGone);
      return undefined;
    }
    const renewClaim = () => trainings.renew(job, submitLeaseMs);
    const { trouble } = await remoteModel.uploadPhotos(identity.id, signal, renewClaim);
    if (trouble === 'gone') {
      await transitions.refused(job, { code: 'photoGone', details: { model: identity.name } });
      return undefined;
    }
    const modelID = trouble ? undefined : (await findModel(job))?.remoteId;
    if (modelID) return { identity, modelID };
    await setBack(job, trouble);
    return undefined;
  }

  /**
   * Resolves with whether the paid request is needed, once the API rate allows it. Otherwise the job is running, failed or
   * back in the queue.
   */
  async function shouldRequest(job: Job, model: PreparedModel, signal: AbortSignal): Promise<boolean> {
    try {
      const status = await statusOf(model.modelID, signal);
      if (status === 'training' || status === 'ready') {
        await markRunning(job, model, 0);
        return false;
      }
      if (status === 'deleted') {
        await transitions.refused(job, modelGone);
        return false;
      }
      await apiRate?.enter(signal);
      return true;
    } catch (error) {
      log.warn({ err: error, job: job.id }, 'looking at a model before its training failed');
      await setBack(job, error);
      return false;
    }
  }

  /** Sends the paid request, if the claim still allows it. */
  async function requestTraining(job: Job, model: PreparedModel, signal: AbortSignal): Promise<void> {
    const leavingAt = clock.now();
    const leaving = await transitions.sending(job, submitLeaseMs);
    if (!leaving) {
      await apiRate?.leave();
      return;
    }
    if (clock.now() - leavingAt > maxClaimAgeMs) {
      await transitions.requeue(leaving, 0);
      return;
    }
    try {
      await api.trainModel({ modelID: model.modelID }, { signal });
      await markRunning(leaving, model);
    } catch (error) {
      const safe = isWithoutEffect(error);
      log.warn({ err: error, safe, job: job.id }, 'beginning a training failed');
      if (safe) await setBack(leaving, error);
      else await transitions.doubt(leaving);
    }
  }

  async function begin(job: Job, signal: AbortSignal): Promise<void> {
    const model = await prepareModel(job, signal);
    if (model && (await shouldRequest(job, model, signal))) await requestTraining(job, model, signal);
  }

  /** Clears a doubt. A model that trains or is ready was begun. One that does not train after the grace was not. */
  async function clearDoubt(job: Job, doubtForMs: number, signal: AbortSignal): Promise<void> {
    const identity = await findModel(job);
    const modelID = identity?.remoteId;
    const status = modelID ? await statusOf(modelID, signal) : 'deleted';
    const hasBegun = status === 'training' || status === 'ready';
    if (identity && modelID && hasBegun) await markRunning(job, { identity, modelID });
    else if (status === 'deleted') await transitions.fail(job.id, modelGone, 'unknown');
    else if (doubtForMs > absenceGraceMs) await transitions.absent(job);
  }

  /** Polls the model of a running training of this age. Resolves with whether the job ended. */
  async function poll(job: Job, ageMs: number, signal: AbortSignal): Promise<boolean> {
    const identity = await findModel(job);
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
    if (status !== 'deleted' || (identity && ageMs < newModelGraceMs)) return false;
    return transitions.fail(job.id, modelGone, 'running');
  }

  /** Resolves with the result of `work`, or with undefined when PhotoGPT failed. Then the job stays until the next step. */
  async function unlessApiFails<T>(job: Job, work: Promise<T>): Promise<T | undefined> {
    return work.catch((error: unknown) => {
      if (!(error instanceof PhotoGPTError)) throw error;
      log.warn({ err: error, job: job.id }, 'polling a training failed');
      return undefined;
    });
  }

  /** Resolves with whether a training began or ended. */
  async function trainAll(signal: AbortSignal): Promise<boolean> {
    const claimed = await transitions.claim(parts.key, submitLeaseMs, true);
    if (claimed) await begin(claimed, signal);
    for (const { job, doubtForMs } of await trainings.inDoubt())
      await unlessApiFails(job, clearDoubt(job, Number(doubtForMs), signal));
    let hasEnded = false;
    for (const { ageMs, ...job } of await trainings.claimDue(trainingPollIntervalMs, maxPolls)) {
      if (await unlessApiFails(job, poll(job, Number(ageMs), signal))) hasEnded = true;
    }
    return claimed !== undefined || hasEnded;
  }

  return async function train(signal: AbortSignal): Promise<boolean> {
    if ((await apiKeyStore.state()).pausedForMs > 0) return false;
    const hasMoved = (await trainings.isAnyUnfinished()) && (await trainAll(signal));
    await parts.purgeDeletedModels(signal);
    return hasMoved;
  };
}
