/** `/model train`: the training of a model. */
import { define } from '../kit/define.ts';
import { trainedModelOption } from './model-option.ts';

/** Starts the training of a model with its photos. */
export const modelTrain = define({
  name: 'model train',
  description: 'Train a model with its photos; takes about 20 minutes',
  group: 'Your models',
  example: 'Ada',
  options: { model: trainedModelOption('Which model of yours', true) },
  private: true,

  async run({ app, origin, signal }, { model: typed }, call) {
    const model = await app.identities.trainable(typed, origin, signal);
    const named = { ...call, options: { model: app.identities.referenceTo(model) } };
    // A trained face is private, wherever the person typed the command.
    const work = { operation: 'train' as const, model: 'training', request: { identity: model.id }, refs: [] };
    return app.jobs.start(work, { origin: { ...origin, private: true }, call: named });
  },
});
