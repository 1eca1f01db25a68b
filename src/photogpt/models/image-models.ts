/** The seven public image models. */
import type { Evidence, ImageModel, Option } from './model.ts';

/** The ratios of Gemini's image models. The API's documentation shows only 1:1 of them. */
const geminiRatios = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];
const seedreamRatios = ['1:1', '2:3', '3:2', '3:4', '4:3', '9:16', '16:9', '21:9'];
const openaiRatios = ['1:1', '2:3', '3:2', '3:4', '4:3', '9:16', '16:9'];

/**
 * Returns a choice inside `options`. Its values are a guess, because the documentation's tables for images are not
 * known.
 */
const choice = (key: string, spelling: Evidence, values: string[]): Option => ({
  key,
  at: 'options',
  kind: 'choice',
  values,
  evidence: { key: spelling, range: 'guess' },
});

const ratio = (values: string[], spelling: Evidence): Option => ({
  ...choice('aspectRatio', spelling, values),
  at: 'body',
});

/** The seed, which the upstream vendors take. It is sent only on request, because this API may not pass it on. */
const seed: Option = {
  key: 'seed',
  at: 'options',
  kind: 'integer',
  min: 0,
  max: 2_147_483_647,
  evidence: { key: 'guess', range: 'guess' },
};

/**
 * Returns Gemini's options. The documented sample shows `imageSize`, `safetyFilterLevel` (OFF) and `sequentialMode`
 * (disabled).
 */
const gemini = (ratios: string[], sizes: string[]) => ({
  ratio: ratio(ratios, 'documented'),
  size: choice('imageSize', 'seen', sizes),
  safety: choice('safetyFilterLevel', 'seen', [
    'OFF',
    'BLOCK_NONE',
    'BLOCK_ONLY_HIGH',
    'BLOCK_MEDIUM_AND_ABOVE',
    'BLOCK_LOW_AND_ABOVE',
  ]),
  sequential: choice('sequentialMode', 'seen', ['disabled', 'auto']),
  seed,
});

/** Returns Seedream's options. Nothing of this group is documented, its name included. */
const seedream = (sizes: string[]) => ({
  ratio: ratio(seedreamRatios, 'guess'),
  size: choice('imageSize', 'guess', sizes),
  sequential: choice('sequentialMode', 'guess', ['disabled', 'auto']),
  seed,
});

type Particulars = Pick<ImageModel, 'id' | 'label' | 'family' | 'group' | 'maxReferences' | 'options'>;

/**
 * Returns a whole model. Reference limits are documented. Counts (1 to 4) and times (30 to 90 s) come from other
 * clients.
 */
const imageModelOf = (particulars: Particulars, group: Evidence = 'documented'): ImageModel => ({
  ...particulars,
  kind: 'image',
  maxCount: 4,
  usualSeconds: 40,
  evidence: { group, references: 'documented', maxCount: 'guess', usualSeconds: 'guess' },
});

/** The image models, oldest of each family first. */
export const imageModels: ImageModel[] = [
  imageModelOf({
    id: 'nanobanana',
    label: 'Nano Banana',
    family: 'nanobanana',
    group: 'gemini',
    maxReferences: 3,
    options: gemini(geminiRatios, ['1K']),
  }),
  imageModelOf({
    id: 'nanobanana-pro',
    label: 'Nano Banana Pro',
    family: 'nanobanana',
    group: 'gemini',
    maxReferences: 14,
    options: gemini(geminiRatios, ['1K', '2K', '4K']),
  }),
  imageModelOf({
    id: 'nanobanana-2',
    label: 'Nano Banana 2',
    family: 'nanobanana',
    group: 'gemini',
    maxReferences: 14,
    options: gemini([...geminiRatios, '1:4', '4:1', '1:8', '8:1'], ['512', '1K', '2K', '4K']),
  }),
  imageModelOf(
    {
      id: 'seedream',
      label: 'Seedream',
      family: 'seedream',
      group: 'seedream',
      maxReferences: 10,
      options: seedream(['1K', '2K', '4K']),
    },
    'guess',
  ),
  imageModelOf(
    {
      id: 'seedream-4_5',
      label: 'Seedream 4.5',
      family: 'seedream',
      group: 'seedream',
      maxReferences: 10,
      options: seedream(['2K', '4K']),
    },
    'guess',
  ),
  imageModelOf(
    {
      id: 'seedream-5-lite',
      label: 'Seedream 5 Lite',
      family: 'seedream',
      group: 'seedream',
      maxReferences: 10,
      options: { ...seedream(['2K', '3K']), format: choice('outputFormat', 'guess', ['jpeg', 'png']) },
    },
    'guess',
  ),
  imageModelOf({
    id: 'gpt-image-2',
    label: 'GPT Image 2',
    family: 'openai',
    group: 'openai',
    maxReferences: 10,
    options: {
      ratio: ratio(openaiRatios, 'seen'),
      size: choice('imageSize', 'seen', ['1K', '2K', '4K']),
      quality: choice('quality', 'seen', ['low', 'medium', 'high', 'auto']),
      format: choice('outputFormat', 'seen', ['png', 'jpeg', 'webp']),
      background: choice('background', 'guess', ['transparent', 'opaque', 'auto']),
    },
  }),
];
