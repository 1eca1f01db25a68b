import { describe, expect, it } from 'vitest';
import { openSandbox, picture } from '../open-sandbox.ts';

const veo = { modelID: 'veo-3.1', prompt: 'a lighthouse' };
const url = 'https://pictures.example/x.png';

type Row = [what: string, path: string, body: Record<string, unknown>, strict: number, lenient: number, says: string];

const images = '/images/generation';
const videos = '/videos/generation';

const rows: Row[] = [
  ['no model', images, { prompt: 'x' }, 400, 400, 'modelID is required'],
  ['no prompt', images, { modelID: 'nanobanana' }, 400, 400, 'prompt is required'],
  ['a blank prompt', images, { modelID: 'nanobanana', prompt: '  ' }, 400, 400, 'prompt is required'],
  ['a prompt of 20,001 characters', images, picture('nanobanana', 'x'.repeat(20_001)), 400, 400, 'at most 20000'],
  [
    'four references for nanobanana',
    images,
    { ...picture(), referenceImageURLs: Array(4).fill(url) },
    400,
    400,
    'at most 3',
  ],
  [
    'an address that is none',
    images,
    { ...picture(), referenceImageURLs: ['file:///etc/passwd'] },
    400,
    400,
    'http or https',
  ],
  [
    'the option group of another family',
    images,
    { ...picture(), options: { openai: { quality: 'high' } } },
    400,
    200,
    'options.openai',
  ],
  [
    'fields of trained models',
    images,
    { ...picture(), width: 100, enhanceFace: true },
    400,
    200,
    'width, enhanceFace are not known',
  ],
  ['a ratio nobody documented', images, { ...picture(), aspectRatio: '7:3' }, 200, 200, ''],
  ['an option nobody documented', images, { ...picture(), options: { gemini: { mood: 'calm' } } }, 200, 200, ''],
  ['an unknown name', images, { ...picture(), modelID: 'dall-e' }, 400, 400, 'nanobanana-pro'],
  [
    'an unknown id',
    images,
    { ...picture(), modelID: '01960a3c-5b1e-7d20-8c44-2f9e6a7b1c05' },
    404,
    404,
    'There is no model',
  ],
  ['a video model for pictures', images, { ...picture(), modelID: 'veo-3.1' }, 400, 400, 'veo-3.1 makes videos'],
  ['no pictures at all', images, { ...picture(), numImages: 0 }, 400, 400, 'numImages must be at least 1'],
  ['half a picture', images, { ...picture(), numImages: 1.5 }, 400, 400, 'numImages must be a whole number'],
  ['a duration outside the Veo table', videos, { ...veo, options: { veo: { duration: 5 } } }, 400, 400, '4, 6, 8'],
  [
    'a ratio outside the Veo table',
    videos,
    { ...veo, options: { veo: { aspectRatio: '1:1' } } },
    400,
    400,
    '16:9, 9:16',
  ],
  ['a duration as text', videos, { ...veo, options: { veo: { duration: '8' } } }, 400, 400, 'whole number'],
  ['an option outside the Veo table', videos, { ...veo, options: { veo: { fps: 60 } } }, 400, 200, 'options.veo.fps'],
  [
    'reference videos for Veo',
    videos,
    { ...veo, referenceVideos: [{ url, role: 'reference_video' }] },
    400,
    200,
    'no referenceVideos',
  ],
  [
    'six seconds of Veo with a reference image',
    videos,
    { ...veo, referenceImages: [{ url, role: 'reference_image' }], options: { veo: { duration: 6 } } },
    400,
    400,
    'must be 8 when a reference_image is given',
  ],
  [
    'six seconds of Veo with a first frame',
    videos,
    { ...veo, referenceImages: [{ url, role: 'first_frame' }], options: { veo: { duration: 6 } } },
    200,
    200,
    '',
  ],
  ['nothing to upscale', '/images/upscaling', {}, 400, 400, 'imageID is required'],
  ['an unknown picture to upscale', '/images/upscaling', { imageID: 'img_x' }, 404, 404, 'img_x'],
];

describe('the checks', () => {
  it.each(rows)('answers %s as documented', async (_, path, body, strict, lenient, says) => {
    for (const [mode, expected] of [
      ['strict', strict],
      ['lenient', lenient],
    ] as const) {
      const { post, sandbox } = await openSandbox({ mode });
      const answer = await post(path, body);
      expect([mode, answer.status]).toEqual([mode, expected]);
      if (expected === 200) continue;
      expect(answer.body).toMatchObject({ status: 'NOK', result: null, message: expect.stringContaining(says) });
      expect(sandbox.ledger.jobs()).toEqual([]);
    }
  });

  it('lets every guess be flipped', async () => {
    const guesses = { missingVersionStatus: 426, promptLimit: 5, triggerStatus: 202, triggerWord: 'created' };
    const { post, send, headers, sandbox } = await openSandbox({ guesses });
    expect((await post(images, picture('nanobanana', 'a fox'))).body.result.status).toBe('created');
    expect((await post(images, picture('nanobanana', 'a fox'))).status).toBe(202);
    expect((await post(images, picture('nanobanana', 'foxes!'))).body.message).toBe(
      'prompt must have at most 5 characters',
    );
    const { 'API-Version': _, ...unversioned } = headers('key-of-ours');
    expect((await send('/ping', { headers: unversioned })).status).toBe(426);
    expect(sandbox.guesses.promptLimit).toBe(5);
  });
});
