/** `/portrait`: pictures of a person whose model was trained. */
import { refuse } from '../errors/catalogue.ts';
import { trainedRequest } from '../photogpt/request-bodies.ts';
import { define } from './kit/define.ts';
import { mustBePictures } from './making/chosen-picture.ts';
import { presetOption, privateOption, seedOption, spoilerOption } from './making/making-options.ts';
import { portraitSize, shapes } from './making/portrait-size.ts';
import { trainedModelOption } from './model/model-option.ts';

/** Pixels of one side. */
const side = { kind: 'integer', min: 256, max: 2_048 } as const;

/** Makes pictures of a person with a trained model. */
export const portrait = define({
  name: 'portrait',
  description: 'Make pictures of yourself with a trained model',
  group: 'Your models',
  example: 'Ada prompt:on a beach at dawn shape:4:5',
  options: {
    model: trainedModelOption('Which model'),
    prompt: { kind: 'text', description: 'Where, how, wearing what', max: 4_000, long: true },
    preset: presetOption,
    reference: { kind: 'pictures', description: 'A picture to go by', max: 1 },
    count: { kind: 'integer', description: 'How many pictures', min: 1, max: 4 },
    shape: {
      kind: 'text',
      description: 'The shape, such as 1:1, 4:5 or 16:9',
      max: 20,
      suggest: (_, typed) => shapes.filter((one) => one.includes(typed)).map((value) => ({ value, label: value })),
    },
    width: { ...side, description: 'Or an exact width in pixels' },
    height: { ...side, description: 'And an exact height in pixels' },
    steps: { kind: 'integer', description: 'How many steps it is drawn in', min: 1, max: 100 },
    seed: seedOption,
    face: { kind: 'flag', description: 'Enhance the face' },
    strength: { kind: 'number', description: 'How much the reference counts, 0 to 1', min: 0, max: 1 },
    private: privateOption,
    spoiler: spoilerOption,
  },

  async run({ app, origin, signal }, options, call) {
    const { prompt, preset, reference = [], count, steps, seed, face, strength } = options;
    if (!prompt && !preset && reference.length === 0) {
      throw refuse('missingOption', { command: 'portrait', option: 'a prompt, a preset or a reference' });
    }
    const size = portraitSize(options);
    const model = await app.identities.usable(options.model, origin, signal);
    await mustBePictures({ app, origin }, reference);
    const request = trainedRequest({
      modelID: model.remoteId,
      prompt,
      preset,
      ...size,
      numImages: count,
      steps,
      seed,
      enhanceFace: face,
      styleStrength: strength,
    });
    const refs = reference.map((media) => ({ media, role: 'input' as const }));
    const named = { ...call, options: { ...call.options, model: app.identities.referenceTo(model) } };
    return app.jobs.start({ operation: 'image', model: 'portrait', request, refs }, { origin, call: named });
  },
});
