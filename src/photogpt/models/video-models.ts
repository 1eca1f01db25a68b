/** The nine public video models. */
import type { Evidence, Option, VideoModel } from './model.ts';

/** The evidence for an option's spelling, its values and its default. */
type EvidenceOf = [key: Evidence, range: Evidence, byDefault?: Evidence];
const evidenceOf = ([key, range, byDefault]: EvidenceOf): Option['evidence'] => ({
  key,
  range,
  ...(byDefault && { default: byDefault }),
});

const choice = (key: string, values: string[], known: EvidenceOf, byDefault?: string): Option => ({
  key,
  at: 'options',
  kind: 'choice',
  values,
  ...(byDefault !== undefined && { default: byDefault }),
  evidence: evidenceOf(known),
});

const flag = (key: string, known: EvidenceOf, byDefault?: boolean): Option => ({
  key,
  at: 'options',
  kind: 'flag',
  ...(byDefault !== undefined && { default: byDefault }),
  evidence: evidenceOf(known),
});

/** Returns the option for the length of a video, in whole seconds. */
const seconds = (min: number, max: number, known: EvidenceOf): Option => ({
  key: 'duration',
  at: 'options',
  kind: 'integer',
  min,
  max,
  evidence: evidenceOf(known),
});

const seed = (key: Evidence): Option => ({
  key: 'seed',
  at: 'options',
  kind: 'integer',
  min: 0,
  max: 2_147_483_647,
  evidence: { key, range: 'guess' },
});

const text = (key: string, known: EvidenceOf): Option => ({
  key,
  at: 'options',
  kind: 'text',
  evidence: evidenceOf(known),
});

/**
 * Returns the one complete option table of the documentation, which is about veo-3.1. The fast variant shares the
 * schema of the request. Its values and defaults are a guess after this table.
 */
const veo = (values: Evidence): VideoModel['options'] => {
  const known: EvidenceOf = ['documented', values, values];
  return {
    ratio: choice('aspectRatio', ['16:9', '9:16'], known, '16:9'),
    duration: {
      key: 'duration',
      at: 'options',
      kind: 'integer',
      values: [4, 6, 8],
      default: 8,
      evidence: evidenceOf(known),
    },
    resolution: choice('resolution', ['720p', '1080p'], known, '720p'),
    enhance: flag('enhancePrompt', known, true),
    audio: flag('generateAudio', known, false),
    negative: text('negativePrompt', ['documented', values]),
    seed: seed('documented'),
  };
};

/**
 * The frames that a video may begin and end with. The numbers are guesses. `reference_image` is documented for Veo,
 * `first_frame` was seen in a client for Seedance.
 */
const frames = { first_frame: 1, last_frame: 1 };

/** A guess: the last frame makes sense only with the first. */
const lastNeedsFirst = { role: 'last_frame', needs: 'first_frame', evidence: 'guess' } as const;
/** A guess: a video begins and ends with frames, or has reference images. */
const imagesExcludeFrames = [
  { role: 'reference_image', excludes: 'first_frame', evidence: 'guess' },
  { role: 'reference_image', excludes: 'last_frame', evidence: 'guess' },
] as const;

const veoRules = (values: Evidence): VideoModel['rules'] => [
  { role: 'reference_image', option: 'duration', mustBe: 8, evidence: values },
  lastNeedsFirst,
  ...imagesExcludeFrames,
];

/** Returns Seedance's options. The ratio is spelled `ratio` here, and `aspectRatio` in all other groups. */
const seedance = (shortest: number, longest: number, key: Evidence): VideoModel['options'] => ({
  ratio: choice('ratio', ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9', 'adaptive'], [key, 'guess']),
  duration: seconds(shortest, longest, [key, 'guess']),
  resolution: choice('resolution', ['480p', '720p', '1080p'], [key, 'guess']),
  audio: flag('generateAudio', [key, 'guess']),
  seed: seed('guess'),
});

/** Kling's options. Nothing inside this group is documented. */
const kling: VideoModel['options'] = {
  ratio: choice('aspectRatio', ['16:9', '9:16', '1:1'], ['guess', 'guess']),
  duration: seconds(3, 15, ['guess', 'guess']),
  audio: flag('generateAudio', ['guess', 'guess']),
  negative: text('negativePrompt', ['guess', 'guess']),
};

/**
 * Options of Kling's motion models, which carry a movement from a video over to a character in a picture. Nothing
 * inside this group is documented.
 */
const motion: VideoModel['options'] = {
  orientation: choice('characterOrientation', ['image', 'video'], ['guess', 'guess']),
  audio: flag('keepOriginalSound', ['guess', 'guess']),
};

/** Grok's options, as a client was seen to send them. */
const grok: VideoModel['options'] = {
  ratio: choice('aspectRatio', ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3'], ['seen', 'guess']),
  duration: seconds(1, 15, ['seen', 'guess']),
  resolution: choice('resolution', ['480p', '720p', '1080p'], ['seen', 'guess']),
};

type Particulars = Pick<VideoModel, 'id' | 'label' | 'family' | 'group' | 'options' | 'roles'> &
  Partial<Pick<VideoModel, 'required' | 'rules' | 'usualSeconds'>>;

/**
 * Returns a whole model. Groups are documented. `numVideos` is seen as 1 only. Other clients wait 6 minutes for a video
 * at most.
 */
const videoModelOf = ({ required = [], rules = [], usualSeconds = 120, ...particulars }: Particulars): VideoModel => ({
  ...particulars,
  kind: 'video',
  required,
  rules,
  maxCount: 1,
  usualSeconds,
  evidence: { group: 'documented', references: 'guess', maxCount: 'guess', usualSeconds: 'guess' },
});

/** The video models by family. */
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
