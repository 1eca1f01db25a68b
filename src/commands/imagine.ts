/** `/imagine`: pictures from words. */
import type { Model } from '../photogpt/models/model.ts';
import { define } from './kit/define.ts';
import { fieldsOfModel } from './making/fields-of-model.ts';
import {
  modelOption,
  presetOption,
  privateOption,
  seedOption,
  settingOption,
  settingsOption,
  spoilerOption,
} from './making/making-options.ts';
import { alternativesIn, startAlternatives } from './making/permutations.ts';
import { startPictures, usualModel } from './making/start-pictures.ts';
import { withDefaults } from './making/with-defaults.ts';

/** Makes pictures from words. */
export const imagine = define({
  name: 'imagine',
  description: 'Make pictures from words',
  group: 'Make',
  example: 'a lighthouse at dusk ratio:16:9 count:2',
  options: {
    prompt: { kind: 'text', description: 'What should be in the picture', required: true, max: 4_000, long: true },
    model: modelOption('image', 'Which model draws it'),
    ratio: settingOption('image', 'ratio', 'The shape, such as 1:1, 16:9 or 9:16'),
    count: { kind: 'integer', description: 'How many pictures', min: 1, max: 4 },
    preset: presetOption,
    seed: seedOption,
    size: settingOption('image', 'size', 'How large, such as 1K, 2K or 4K'),
    quality: settingOption('image', 'quality', 'How carefully it is drawn, where the model lets you choose'),
    reference: { kind: 'pictures', description: 'Up to four pictures to go by', max: 4 },
    settings: settingsOption,
    private: privateOption,
    spoiler: spoilerOption,
    confirmed: { kind: 'flag', description: 'Several jobs at once are wanted', hidden: true },
  },
  narrows: fieldsOfModel('image', usualModel),
  onPicture: { label: 'Use as reference', option: 'reference', form: true },

  async run(context, options, asked) {
    const { reference = [], ...said } = options;
    const fits = (model: Model) => model.kind === 'image' && model.maxReferences >= reference.length;
    const { wish, call } = await withDefaults(context, { kind: 'image', usual: usualModel, fits }, said, asked);
    const prompts = alternativesIn(wish.prompt);
    const start = (prompt: string, from: typeof context, madeBy: typeof call) =>
      startPictures(from, { ...wish, prompt, references: reference }, madeBy);
    if (prompts.length === 1) return start(wish.prompt, context, call);
    return startAlternatives(context, call, prompts, options.confirmed ?? false, start);
  },
});
