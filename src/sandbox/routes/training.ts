/** The route for training: a GET that starts a job, and returns no job id. */
import type { Parts, Routes } from '../http/call.ts';
import { Problem } from '../http/problem.ts';
import { trainingSeconds } from '../jobs/timeline.ts';
import { own } from './own.ts';

/** Returns the route. */
export function trainingRoutes(parts: Parts): Pick<Routes, 'trainModel'> {
  const { state, guesses, records } = parts;

  function checkCount(modelID: string) {
    const count = [...state.pictures.values()].filter(
      (one) => one.modelID === modelID && one.type === 'modelInput',
    ).length;
    const { trainingImagesMin: min, trainingImagesMax: max } = guesses;
    if (count >= min && count <= max) return;
    const message = `Training needs ${min} to ${max} images of type modelInput; this model has ${count}`;
    throw new Problem(400, message, 'validation: image count');
  }

  return {
    trainModel(call) {
      const model = own.model(parts, call, call.id);
      const status = records.modelStatus(model, call.now);
      if (status === 'training' || (status === 'ready' && !guesses.retrains)) {
        throw new Problem(guesses.alreadyTrainingStatus, `This model is already ${status}`, `model: ${status}`);
      }
      checkCount(model.id);
      const running = state
        .jobsOf(call.account.key)
        .filter(({ kind, timeline }) => kind === 'training' && timeline.ended > call.now).length;
      if (running >= guesses.trainingsAtOnce) {
        throw new Problem(
          guesses.trainingBusyStatus,
          'Too many trainings are already running',
          'training: limit reached',
        );
      }
      const job = parts.jobs({
        account: call.account,
        kind: 'training',
        modelID: model.id,
        prompt: model.name ?? '',
        seconds: (number) => trainingSeconds(number, guesses),
        cost: guesses.creditsByModel.training ?? guesses.creditsPerTraining,
        request: call.request,
        fault: call.fault,
      });
      model.training = job.id;
      return { body: { result: 'Training triggered' } };
    },
  };
}
