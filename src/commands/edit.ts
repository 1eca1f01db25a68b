/** `/edit`, `/adapt` and `/blend`: new pictures out of existing ones. */
import { define } from './kit/define.ts';
import { chosenPicture } from './making/chosen-picture.ts';
import { fieldsOfModel } from './making/fields-of-model.ts';
import {
  modelOption,
  pictureChoice,
  presetOption,
  privateOption,
  settingOption,
  spoilerOption,
} from './making/making-options.ts';
import { startPictures, usualModel } from './making/start-pictures.ts';

const making = {
  model: modelOption('image', 'Which model draws it'),
  count: { kind: 'integer', description: 'How many pictures', min: 1, max: 4 },
  size: settingOption('image', 'size', 'How large, such as 1K, 2K or 4K'),
  private: privateOption,
  spoiler: spoilerOption,
} as const;

const narrows = fieldsOfModel('image', usualModel);

/** Changes a picture by a prompt. */
export const edit = define({
  name: 'edit',
  description: 'Change a picture with words',
  group: 'Make',
  example: 'make it winter job:41',
  options: {
    prompt: { kind: 'text', description: 'What should be different', required: true, max: 4_000, long: true },
    ...pictureChoice,
    ratio: settingOption('image', 'ratio', 'Another shape, such as 16:9'),
    preset: presetOption,
    ...making,
  },
  narrows,
  onPicture: { label: 'Edit', option: 'picture', form: true },

  async run(context, options, call) {
    const picture = await chosenPicture(context, 'edit', options);
    return startPictures(context, { ...options, references: [picture.id] }, call);
  },
});

/** Uses of a picture by the names that people know, and the shape of each. */
const uses = [
  { value: 'story', label: 'Story, 9:16', ratio: '9:16', words: 'a full-screen story' },
  { value: 'portrait', label: 'Portrait, 4:5', ratio: '4:5', words: 'a portrait-format post' },
  { value: 'square', label: 'Square, 1:1', ratio: '1:1', words: 'a square post' },
  { value: 'landscape', label: 'Landscape, 16:9', ratio: '16:9', words: 'a wide screen' },
  { value: 'banner', label: 'Banner, 21:9', ratio: '21:9', words: 'a very wide banner' },
  { value: 'print', label: 'Print, 3:2', ratio: '3:2', words: 'a classic print' },
  { value: 'poster', label: 'Poster, 2:3', ratio: '2:3', words: 'a poster' },
] as const;

/** Recomposes a picture for another shape or use. */
export const adapt = define({
  name: 'adapt',
  description: 'The same picture for another shape or use',
  group: 'Make',
  example: 'story job:41',
  options: {
    use: { kind: 'choice', description: 'What it is for', required: true, choices: uses },
    ...pictureChoice,
    prompt: { kind: 'text', description: 'Anything else that should change', max: 2_000, long: true },
    ...making,
  },
  narrows,
  onPicture: { label: 'Adapt', option: 'picture', form: true },

  async run(context, options, call) {
    const picture = await chosenPicture(context, 'adapt', options);
    const use = uses.find(({ value }) => value === options.use) ?? uses[0];
    const recompose = `Recompose this picture for ${use.words}: the same subject, style and light, extended where the new shape needs it.`;
    const prompt = options.prompt ? `${recompose} ${options.prompt}` : recompose;
    return startPictures(context, { ...options, prompt, ratio: use.ratio, references: [picture.id] }, call);
  },
});

/** Makes one picture of several. */
export const blend = define({
  name: 'blend',
  description: 'Several pictures in one',
  group: 'Make',
  example: 'pictures:41/1, 42/3',
  options: {
    pictures: { kind: 'pictures', description: 'Two to ten pictures', required: true, max: 10 },
    prompt: { kind: 'text', description: 'How they should come together', max: 4_000, long: true },
    ratio: settingOption('image', 'ratio', 'The shape, such as 1:1 or 16:9'),
    ...making,
  },
  narrows,

  async run(context, options, call) {
    const prompt = options.prompt ?? 'Blend these pictures into one coherent picture.';
    return startPictures(context, { ...options, prompt, references: options.pictures }, call);
  },
});
