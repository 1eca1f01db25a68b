import { describe, expect, it } from 'vitest';
import { createCatalogue } from '../../src/photogpt/models/catalogue.ts';
import { imageRequest, trainedRequest, videoRequest } from '../../src/photogpt/request-bodies.ts';

const catalogue = createCatalogue();
const image = (id: string) => {
  const model = catalogue.image(id);
  if (!model) throw new Error(`no image model ${id}`);
  return model;
};
const video = (id: string) => {
  const model = catalogue.video(id);
  if (!model) throw new Error(`no video model ${id}`);
  return model;
};

/** All options of each family's models, and the `options` of the body that they make. */
const images = [
  {
    ids: ['nanobanana', 'nanobanana-pro', 'nanobanana-2'],
    options: { ratio: '16:9', size: '1k', safety: 'OFF', sequential: 'disabled', seed: 7 },
    becomes: { gemini: { imageSize: '1K', safetyFilterLevel: 'OFF', sequentialMode: 'disabled', seed: 7 } },
  },
  {
    ids: ['seedream', 'seedream-4_5', 'seedream-5-lite'],
    options: { ratio: '16:9', size: '2K', sequential: 'auto', seed: 0 },
    becomes: { seedream: { imageSize: '2K', sequentialMode: 'auto', seed: 0 } },
  },
  {
    ids: ['gpt-image-2'],
    options: { ratio: '16:9', size: '1K', quality: 'high', format: 'jpeg', background: 'opaque' },
    becomes: { openai: { imageSize: '1K', quality: 'high', outputFormat: 'jpeg', background: 'opaque' } },
  },
].flatMap(({ ids, ...rest }) => ids.map((id) => ({ id, ...rest })));

const veo = {
  aspectRatio: '9:16',
  duration: 6,
  resolution: '1080p',
  enhancePrompt: false,
  generateAudio: true,
  negativePrompt: 'fog',
  seed: 7,
};
const videos = [
  {
    ids: ['veo-3.1', 'veo-3.1-fast'],
    options: { ratio: '9:16', duration: 6, resolution: '1080p', enhance: false, audio: true, negative: 'fog', seed: 7 },
    becomes: { veo },
  },
  {
    ids: ['seedance-1.5-pro', 'seedance-2.0'],
    options: { ratio: '9:16', duration: 6, resolution: '720p', audio: false, seed: 7 },
    becomes: { seedance: { ratio: '9:16', duration: 6, resolution: '720p', generateAudio: false, seed: 7 } },
  },
  {
    ids: ['kling-video-standard', 'kling-video-pro'],
    options: { ratio: '9:16', duration: 6, audio: false, negative: 'fog' },
    becomes: { kling: { aspectRatio: '9:16', duration: 6, generateAudio: false, negativePrompt: 'fog' } },
  },
  {
    ids: ['kling-motion-standard', 'kling-motion-pro'],
    options: { orientation: 'image', audio: true },
    becomes: { kling: { characterOrientation: 'image', keepOriginalSound: true } },
  },
  {
    ids: ['grok-imagine-1.5'],
    options: { ratio: '16:9', duration: 8, resolution: '720p' },
    becomes: { grok: { aspectRatio: '16:9', duration: 8, resolution: '720p' } },
  },
].flatMap(({ ids, ...rest }) => ids.map((id) => ({ id, ...rest })));

describe('the body for an image model', () => {
  it.each(images)('$id has the ratio on top and the rest in its group', ({ id, options, becomes }) => {
    const references = ['https://cdn.example/a.png'];
    expect(imageRequest(image(id), { prompt: 'a fox', count: 2, preset: 'editorial', options, references })).toEqual({
      modelID: id,
      prompt: 'a fox',
      aspectRatio: '16:9',
      numImages: 2,
      preset: 'editorial',
      referenceImageURLs: references,
      options: becomes,
    });
  });

  it.each(images)('$id has no field that the request leaves out', ({ id }) => {
    const request = { prompt: 'a fox', preset: '', options: { size: undefined }, references: [] };
    expect(imageRequest(image(id), request)).toEqual({ modelID: id, prompt: 'a fox' });
  });

  it('leaves out options the model lacks', () => {
    expect(imageRequest(image('nanobanana'), { prompt: 'a fox', options: { quality: 'high' } })).toEqual({
      modelID: 'nanobanana',
      prompt: 'a fox',
    });
  });
});

describe('the body for a video model', () => {
  it('has a case in this test for every model', () => {
    expect([...images, ...videos].map(({ id }) => id).sort()).toEqual(catalogue.models.map(({ id }) => id).sort());
  });

  it.each(videos)('$id has everything in its group, the ratio too', ({ id, options, becomes }) => {
    const first = { url: 'https://cdn.example/a.png', role: 'first_frame' };
    const driving = { url: 'https://cdn.example/a.mp4', role: 'reference_video' };
    const request = { prompt: 'waves', count: 1, options, references: [driving, first], elementIDs: ['e1'] };
    expect(videoRequest(video(id), request)).toEqual({
      modelID: id,
      prompt: 'waves',
      numVideos: 1,
      referenceImages: [first],
      referenceVideos: [driving],
      elementIDs: ['e1'],
      options: becomes,
    });
  });

  it('sends the documented defaults of Veo, and no default that is a guess', () => {
    expect(videoRequest(video('veo-3.1'), { prompt: 'waves', options: { audio: true } })).toEqual({
      modelID: 'veo-3.1',
      prompt: 'waves',
      options: {
        veo: { aspectRatio: '16:9', duration: 8, resolution: '720p', enhancePrompt: true, generateAudio: true },
      },
    });
    for (const { id } of videos.filter((one) => one.id !== 'veo-3.1')) {
      expect(videoRequest(video(id), { prompt: 'waves' })).toEqual({ modelID: id, prompt: 'waves' });
    }
  });

  it('has the option of Seedance 1.5 Pro for no other model', () => {
    expect(videoRequest(video('seedance-1.5-pro'), { prompt: 'waves', options: { fixed: true } })).toMatchObject({
      options: { seedance: { cameraFixed: true } },
    });
    expect(videoRequest(video('seedance-2.0'), { prompt: 'waves', options: { fixed: true } })).not.toHaveProperty(
      'options',
    );
  });
});

describe('the body for a trained model', () => {
  it('has the given fields only', () => {
    expect(trainedRequest({ modelID: 'm1', preset: 'editorial', prompt: '', seed: 0, enhanceFace: false })).toEqual({
      modelID: 'm1',
      preset: 'editorial',
      seed: 0,
      enhanceFace: false,
    });
    const all = {
      modelID: 'm1',
      prompt: 'p',
      inputImageId: 'i1',
      width: 1024,
      height: 768,
      numImages: 2,
      steps: 30,
      styleStrength: 0.5,
      runType: 'fast',
    };
    expect(trainedRequest(all)).toEqual(all);
  });
});
