import { describe, expect, it } from 'vitest';
import type { Call } from '../../src/chat.ts';
import { useDatabase } from '../jobs/movable-database.ts';
import { origin } from '../jobs/world.ts';
import { openLivingBot } from '../journeys/living-bot.ts';

const database = useDatabase();

type Expected = { call: Call; body: Record<string, unknown> };

/** One call for every public model with settings it has, and the exact body that the contract has for it. */
const expectations: Expected[] = [
  ...[
    { model: 'nanobanana', group: 'gemini', size: '1K' },
    { model: 'nanobanana-pro', group: 'gemini', size: '4K' },
    { model: 'nanobanana-2', group: 'gemini', size: '2K' },
  ].map(({ model, group, size }) => ({
    call: { command: 'imagine', options: { prompt: 'a red fox', model, ratio: '16:9', size, count: 2, seed: 7 } },
    body: {
      modelID: model,
      prompt: 'a red fox',
      aspectRatio: '16:9',
      numImages: 2,
      options: { [group]: { imageSize: size, seed: 7 } },
    },
  })),
  {
    call: {
      command: 'imagine',
      options: {
        prompt: 'a mug',
        model: 'gpt-image-2',
        ratio: '1:1',
        size: '1K',
        quality: 'high',
        preset: 'editorial',
      },
    },
    body: {
      modelID: 'gpt-image-2',
      prompt: 'a mug',
      aspectRatio: '1:1',
      preset: 'editorial',
      options: { openai: { imageSize: '1K', quality: 'high' } },
    },
  },
  ...['seedream', 'seedream-4_5', 'seedream-5-lite'].map((model) => ({
    call: { command: 'imagine', options: { prompt: 'a boat', model, ratio: '3:2', seed: 1 } },
    body: { modelID: model, prompt: 'a boat', aspectRatio: '3:2', options: { seedream: { seed: 1 } } },
  })),
  {
    call: {
      command: 'video',
      options: {
        prompt: 'waves',
        model: 'veo-3.1',
        duration: 6,
        ratio: '9:16',
        resolution: '1080p',
        audio: true,
        negative: 'people',
        seed: 3,
      },
    },
    body: {
      modelID: 'veo-3.1',
      prompt: 'waves',
      options: {
        veo: {
          aspectRatio: '9:16',
          duration: 6,
          resolution: '1080p',
          enhancePrompt: true,
          generateAudio: true,
          negativePrompt: 'people',
          seed: 3,
        },
      },
    },
  },
  {
    call: { command: 'video', options: { prompt: 'waves', model: 'veo-3.1-fast', duration: 4 } },
    body: { modelID: 'veo-3.1-fast', prompt: 'waves', options: { veo: { duration: 4 } } },
  },
  ...['seedance-1.5-pro', 'seedance-2.0'].map((model) => ({
    call: {
      command: 'video',
      options: { prompt: 'a dancer', model, duration: 6, ratio: '9:16', resolution: '720p', audio: false },
    },
    body: {
      modelID: model,
      prompt: 'a dancer',
      options: { seedance: { duration: 6, ratio: '9:16', resolution: '720p', generateAudio: false } },
    },
  })),
  ...['kling-video-standard', 'kling-video-pro'].map((model) => ({
    call: { command: 'video', options: { prompt: 'a train', model, duration: 5, ratio: '16:9' } },
    body: { modelID: model, prompt: 'a train', options: { kling: { duration: 5, aspectRatio: '16:9' } } },
  })),
  {
    call: {
      command: 'video',
      options: {
        prompt: 'a push-in',
        model: 'grok-imagine-1.5',
        duration: 8,
        ratio: '16:9',
        resolution: '720p',
        count: 1,
      },
    },
    body: {
      modelID: 'grok-imagine-1.5',
      prompt: 'a push-in',
      numVideos: 1,
      options: { grok: { duration: 8, aspectRatio: '16:9', resolution: '720p' } },
    },
  },
];

describe('every public model', () => {
  it('gets through its command exactly the body that the contract wants', async () => {
    const { call, sandbox, until, app } = await openLivingBot(database);
    const sent = () => sandbox.ledger.jobs();
    for (const [index, { call: wanted, body }] of expectations.entries()) {
      const before = sent().length;
      // Another person every time, so that the limit on unfinished jobs is not reached. The test looks only at the requests.
      const person = { id: `member-${index}`, name: 'A member', roles: [], moderator: false };
      const shown = await call(wanted.command, wanted.options, origin({ person }));
      expect(shown.message.text, JSON.stringify(wanted)).not.toContain('Nothing was spent');
      const job = await until(() => sent()[before]);
      expect(job.request?.body, JSON.stringify(wanted)).toEqual(body);
    }
    const covered = expectations.map(({ body }) => body.modelID);
    const motion = ['kling-motion-standard', 'kling-motion-pro'];
    expect([...covered, ...motion].sort()).toEqual(app.catalogue.models.map(({ id }) => id).sort());
  }, 60_000);

  it('moves a picture like a video, with either quality of the motion model', async () => {
    const { call, finished, sandbox, until } = await openLivingBot(database);
    const picture = await finished('imagine', { prompt: 'a knight' });
    for (const quality of ['standard', 'pro']) {
      const before = sandbox.ledger.jobs().length;
      await call('motion', { driver: 'https://videos.example/dance.mp4', job: picture.job, quality });
      const job = await until(() => sandbox.ledger.jobs()[before]);
      expect(job.request?.body).toEqual({
        modelID: `kling-motion-${quality}`,
        prompt: 'The person moves as in the video.',
        referenceImages: [{ url: expect.stringContaining('/media/'), role: 'reference_image' }],
        referenceVideos: [{ url: 'https://videos.example/dance.mp4', role: 'reference_video' }],
      });
    }
  }, 60_000);
});
