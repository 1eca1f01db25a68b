/** The nine public video models. */
import type { Evidence, Option, VideoModel } from './model.ts';

/** How well an option's spelling, its values and its default are known. */
type Known = [key: Evidence, range: Evidence, byDefault?: Evidence];
const proof = ([key, range, byDefault]: Known): Option['evidence'] => ({
  key,
  range,
  ...(byDefault && { default: byDefault }),
});

const choice = (key: string, values: string[], known: Known, byDefault?: string): Option => ({
  key,
  at: 'options',
  kind: 'choice',
  values,
  ...(byDefault !== undefined && { default: byDefault }),
  evidence: proof(known),
});

const flag = (key: string, known: Known, byDefault?: boolean): Option => ({
  key,
  at: 'options',
  kind: 'flag',
  ...(byDefault !== undefined && { default: byDefault }),
  evidence: proof(known),
});

/** Whole seconds of video. */
const seconds = (min: number, max: number, known: Known): Option => ({
  key: 'duration',
  at: 'options',
  kind: 'integer',
  min,
  max,
  evidence: proof(known),
});

const seed = (key: Evidence): Option => ({
  key: 'seed',
  at: 'options',
  kind: 'integer',
  min: 0,
  max: 2_147_483_647,
  evidence: { key, range: 'guess' },
});

const text = (key: string, known: Known): Option => ({ key, at: 'options', kind: 'text', evidence: proof(known) });

/**
 * The one complete option table of the documentation, written for veo-3.1. The fast variant shares the request's
 * schema, while its values and defaults are taken over from here as a guess.
 */
const veo = (values: Evidence): VideoModel['options'] => {
  const known: Known = ['documented', values, values];
  return {
    ratio: choice('aspectRatio', ['16:9', '9:16'], known, '16:9'),
    duration: {
      key: 'duration',
      at: 'options',
      kind: 'integer',
      values: [4, 6, 8],
      default: 8,
      evidence: proof(known),
    },
    resolution: choice('resolution', ['720p', '1080p'], known, '720p'),
    enhance: flag('enhancePrompt', known, true),
    audio: flag('generateAudio', known, false),
    negative: text('negativePrompt', ['documented', values]),
    seed: seed('documented'),
  };
};

/** Roles: `reference_image` is documented for Veo, `first_frame` was seen in a client for Seedance; numbers are guesses. */
const frames = { first_frame: 1, last_frame: 1 };

const lastNeedsFirst = { role: 'last_frame', needs: 'first_frame', evidence: 'guess' } as const;
const imagesExcludeFrames = [
  { role: 'reference_image', excludes: 'first_frame', evidence: 'guess' },
  { role: 'reference_image', excludes: 'last_frame', evidence: 'guess' },
] as const;

const veoRules = (values: Evidence): VideoModel['rules'] => [
  { role: 'reference_image', option: 'duration', mustBe: 8, evidence: values },
  lastNeedsFirst,
  ...imagesExcludeFrames,
];

/** Spelled `ratio` here and `aspectRatio` everywhere else. */
const seedance = (shortest: number, longest: number, key: Evidence): VideoModel['options'] => ({
  ratio: choice('ratio', ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9', 'adaptive'], [key, 'guess']),
  duration: seconds(shortest, longest, [key, 'guess']),
  resolution: choice('resolution', ['480p', '720p', '1080p'], [key, 'guess']),
  audio: flag('generateAudio', [key, 'guess']),
  seed: seed('guess'),
});

/** Nothing inside this group is documented. */
const kling: VideoModel['options'] = {
  ratio: choice('aspectRatio', ['16:9', '9:16', '1:1'], ['guess', 'guess']),
  duration: seconds(3, 15, ['guess', 'guess']),
  audio: flag('generateAudio', ['guess', 'guess']),
  negative: text('negativePrompt', ['guess', 'guess']),
};

/** Carries a movement from a video over to a character in a picture. Nothing inside this group is documented. */
const motion: VideoModel['options'] = {
  orientation: choice('characterOrientation', ['image', 'video'], ['guess', 'guess']),
  audio: flag('keepOriginalSound', ['guess', 'guess']),
};

const grok: VideoModel['options'] = {
  ratio: choice('aspectRatio', ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3'], ['seen', 'guess']),
  duration: seconds(1, 15, ['seen', 'guess']),
  resolution: choice('resolution', ['480p', '720p', '1080p'], ['seen', 'guess']),
};

type Particulars = Pick<VideoModel, 'id' | 'label' | 'family' | 'group' | 'options' | 'roles'> &
  Partial<Pick<VideoModel, 'required' | 'rules' | 'usualSeconds'>>;

/** Groups are documented. `numVideos` is seen as 1 only. Other clients wait 6 minutes for a video at most. */
const videoModelOf = ({ required = [], rules = [], usualSeconds = 120, ...particulars }: Particulars): VideoModel => ({
  ...particulars,
  kind: 'video',
  required,
  rules,
  maxCount: 1,
  usualSeconds,
  evidence: { group: 'documented', references: 'guess', maxCount: 'guess', usualSeconds: 'guess' },
});

export const videoModels: VideoModel[] = [
  videoModelOf({
    id: 'veo-3.1',
    label: 'Veo 3.1',
    family: 'veo',
    group: 'veo',
    options: veo('documented'),
    roles: { ...frames, reference_image: 3 },
    rules: veoRules('documented'),
  }),
  videoModelOf({
    id: 'veo-3.1-fast',
    label: 'Veo 3.1 Fast',
    family: 'veo',
    group: 'veo',
    options: veo('guess'),
    roles: { ...frames, reference_image: 3 },
    rules: veoRules('guess'),
    usualSeconds: 80,
  }),
  videoModelOf({
    id: 'seedance-1.5-pro',
    label: 'Seedance 1.5 Pro',
    family: 'seedance',
    group: 'seedance',
    options: { ...seedance(2, 12, 'guess'), fixed: flag('cameraFixed', ['guess', 'guess']) },
    roles: frames,
    rules: [lastNeedsFirst],
  }),
  videoModelOf({
    id: 'seedance-2.0',
    label: 'Seedance 2.0',
    family: 'seedance',
    group: 'seedance',
    options: seedance(4, 15, 'seen'),
    roles: { ...frames, reference_image: 9, reference_video: 3 },
    rules: [lastNeedsFirst, ...imagesExcludeFrames],
  }),
  videoModelOf({
    id: 'kling-video-standard',
    label: 'Kling Standard',
    family: 'kling',
    group: 'kling',
    options: kling,
    roles: frames,
    rules: [lastNeedsFirst],
  }),
  videoModelOf({
    id: 'kling-video-pro',
    label: 'Kling Pro',
    family: 'kling',
    group: 'kling',
    options: kling,
    roles: frames,
    rules: [lastNeedsFirst],
    usualSeconds: 180,
  }),
  videoModelOf({
    id: 'kling-motion-standard',
    label: 'Kling Motion Standard',
    family: 'kling-motion',
    group: 'kling',
    options: motion,
    roles: { reference_image: 1, reference_video: 1 },
    required: ['reference_image', 'reference_video'],
  }),
  videoModelOf({
    id: 'kling-motion-pro',
    label: 'Kling Motion Pro',
    family: 'kling-motion',
    group: 'kling',
    options: motion,
    roles: { reference_image: 1, reference_video: 1 },
    required: ['reference_image', 'reference_video'],
    usualSeconds: 180,
  }),
  videoModelOf({
    id: 'grok-imagine-1.5',
    label: 'Grok Imagine 1.5',
    family: 'grok',
    group: 'grok',
    options: grok,
    roles: { first_frame: 1, reference_image: 1 },
    usualSeconds: 60,
  }),
];
