/** `/video`, `/animate` and `/motion`: things that move. */
import { refuse } from '../errors/catalogue.ts';
import type { Model, VideoModel } from '../photogpt/models/model.ts';
import { type Context, define } from './kit/define.ts';
import { chosenPicture } from './making/chosen-picture.ts';
import { fieldsOfModel } from './making/fields-of-model.ts';
import {
  modelOption,
  pictureChoice,
  privateOption,
  settingOption,
  settingsOption,
  spoilerOption,
} from './making/making-options.ts';
import { startVideo, usualModel, type VideoReference } from './making/start-video.ts';
import { withDefaults } from './making/with-defaults.ts';

const making = {
  model: modelOption('video', 'Which model films it'),
  duration: { kind: 'integer', description: 'How many seconds', min: 1, max: 60 },
  ratio: settingOption('video', 'ratio', 'The shape, such as 16:9 or 9:16'),
  resolution: settingOption('video', 'resolution', 'How sharp, such as 720p or 1080p'),
  audio: { kind: 'flag', description: 'With sound, where the model makes any' },
  negative: { kind: 'text', description: 'What should not be in it', max: 1_000 },
  seed: { kind: 'integer', description: 'The same seed gives a similar video', min: 0, max: 2_147_483_647 },
  count: { kind: 'integer', description: 'How many videos', min: 1, max: 4 },
  settings: settingsOption,
  private: privateOption,
  spoiler: spoilerOption,
} as const;

const narrows = fieldsOfModel('video', usualModel);

/** Returns references that all have one role. */
const withRole = (role: VideoReference['role'], pictures: string[] = []): VideoReference[] =>
  pictures.map((media) => ({ role, media }));

/** Makes a video from words and pictures. */
export const video = define({
  name: 'video',
  description: 'Make a video from words',
  group: 'Make',
  example: 'waves against a pier duration:8',
  options: {
    prompt: { kind: 'text', description: 'What should happen', required: true, max: 4_000, long: true },
    first: { kind: 'pictures', description: 'The picture it begins with', max: 1 },
    last: { kind: 'pictures', description: 'The picture it ends with', max: 1 },
    reference: { kind: 'pictures', description: 'Up to four pictures to go by', max: 4 },
    ...making,
  },
  narrows,

  async run(context, { first, last, reference, ...said }, asked) {
    const references = [
      ...withRole('first_frame', first),
      ...withRole('last_frame', last),
      ...withRole('reference_image', reference),
    ];
    const fits = (model: Model) => model.kind === 'video' && takesReferences(model, references);
    const { wish, call } = await withDefaults(context, { kind: 'video', usual: usualModel, fits }, said, asked);
    return startVideo(context, wish, references, call);
  },
});

/** Whether a model takes these references: each role that it requires, and of no role more than it allows. */
function takesReferences({ required, roles }: VideoModel, references: VideoReference[]): boolean {
  const countOf = (role: string) => references.filter((each) => each.role === role).length;
  return (
    required.every((role) => countOf(role) > 0) && references.every(({ role }) => countOf(role) <= (roles[role] ?? 0))
  );
}

/** Makes a video that begins with a picture. */
export const animate = define({
  name: 'animate',
  description: 'Bring a picture to life',
  group: 'Make',
  example: 'job:41 image:2',
  options: {
    ...pictureChoice,
    prompt: { kind: 'text', description: 'What should happen in it', max: 4_000, long: true },
    ...making,
  },
  narrows,
  onPicture: { label: 'Animate', option: 'picture' },

  async run(context, { job, image, picture, ...wish }, call) {
    const chosen = await chosenPicture(context, 'animate', { job, image, picture });
    const prompt = wish.prompt ?? 'Bring this picture to life with gentle, natural motion.';
    return startVideo(context, { ...wish, prompt }, withRole('first_frame', [chosen.id]), call);
  },
});

/** Lets the person in a picture move like a person in a video. */
export const motion = define({
  name: 'motion',
  description: 'Let the person in a picture move like somebody in a video',
  group: 'Make',
  example: 'driver:42 job:41',
  options: {
    driver: {
      kind: 'text',
      description: 'The video: the number of a job that made one, or a link',
      required: true,
      max: 1_000,
    },
    ...pictureChoice,
    prompt: { kind: 'text', description: 'Anything else about the scene', max: 2_000, long: true },
    quality: {
      kind: 'choice',
      description: 'How good it has to be',
      choices: [
        { value: 'standard', label: 'Standard' },
        { value: 'pro', label: 'Pro' },
      ],
    },
    settings: settingsOption,
    private: privateOption,
    spoiler: spoilerOption,
  },

  async run(context, { driver, job, image, picture, quality = 'standard', ...wish }, call) {
    const chosen = await chosenPicture(context, 'motion', { job, image, picture });
    const prompt = wish.prompt ?? 'The person moves as in the video.';
    const references: VideoReference[] = [
      ...withRole('reference_image', [chosen.id]),
      await drivingVideo(context, driver),
    ];
    return startVideo(context, { ...wish, prompt, model: `kling-motion-${quality}` }, references, call);
  },
});

/** Returns the driving video: a public link, or a video of a job. Throws `UserError` for anything else. */
async function drivingVideo({ app, origin }: Context, driver: string): Promise<VideoReference> {
  if (/^https:\/\/\S+$/i.test(driver)) return { role: 'reference_video', url: driver };
  const numbered = await app.media.find(driver, origin);
  if (numbered?.kind !== 'video') throw refuse('notAVideo', { given: driver });
  return { role: 'reference_video', media: numbered.id };
}
