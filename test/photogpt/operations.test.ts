import { describe, expect, it } from 'vitest';
import type { PhotoGPT } from '../../src/photogpt/client.ts';
import { operations } from '../../src/photogpt/operations.ts';
import { fakeApi, json, key, ok, ways } from './fake-api.ts';

const traits = { name: 'Ada', age: 36, gender: 'Female' as const };
const model = { id: 'm1', status: 'new' };
const queued = { jobId: 'j1', status: 'queued' };

type Case = {
  name: keyof PhotoGPT;
  call: (api: PhotoGPT) => Promise<unknown>;
  answer: unknown;
  asks: string;
  sends?: unknown;
};

const cases: Case[] = [
  { name: 'ping', call: (api) => api.ping(), answer: undefined, asks: 'GET /api/ping' },
  { name: 'listModels', call: (api) => api.listModels(), answer: [model], asks: 'GET /api/models' },
  {
    name: 'createModel',
    call: (api) => api.createModel(traits),
    answer: model,
    asks: 'POST /api/models',
    sends: traits,
  },
  {
    name: 'updateModel',
    call: (api) => api.updateModel({ id: 'm1', eyeColor: 'green' }),
    answer: model,
    asks: 'POST /api/models',
    sends: { id: 'm1', eyeColor: 'green' },
  },
  {
    name: 'getModel',
    call: (api) => api.getModel({ modelID: 'm 1/é' }),
    answer: model,
    asks: 'GET /api/models/m%201%2F%C3%A9',
  },
  {
    name: 'deleteModel',
    call: (api) => api.deleteModel({ modelID: 'm1' }),
    answer: 'deleted',
    asks: 'DELETE /api/models/m1',
  },
  {
    name: 'trainModel',
    call: (api) => api.trainModel({ modelID: 'm1' }),
    answer: 'Started',
    asks: 'GET /api/models/m1/train',
  },
  {
    name: 'listModelImages',
    call: (api) => api.listModelImages({ modelID: 'm1', imageType: 'input', pageNum: 2 }),
    answer: [{ id: 'i1' }],
    asks: 'GET /api/models/m1/images?imageType=input&pageNum=2',
  },
  {
    name: 'uploadImage',
    call: (api) =>
      api.uploadImage({
        modelID: 'm1',
        type: 'auxiliaryType',
        file: { bytes: Buffer.from('pixels'), name: 'face.png', type: 'image/png' },
      }),
    answer: { id: 'i1' },
    asks: 'POST /api/images/upload',
  },
  {
    name: 'getImage',
    call: (api) => api.getImage({ imageID: 'i1' }),
    answer: { id: 'i1' },
    asks: 'GET /api/images/i1',
  },
  {
    name: 'deleteImage',
    call: (api) => api.deleteImage({ imageID: 'i1' }),
    answer: null,
    asks: 'DELETE /api/images/i1',
  },
  {
    name: 'generateImage',
    call: (api) =>
      api.generateImage({ modelID: 'nanobanana', prompt: 'a fox', options: { gemini: { imageSize: '1K' } } }),
    answer: queued,
    asks: 'POST /api/images/generation',
    sends: { modelID: 'nanobanana', prompt: 'a fox', options: { gemini: { imageSize: '1K' } } },
  },
  {
    name: 'upscaleImage',
    call: (api) => api.upscaleImage({ imageID: 'i1' }),
    answer: queued,
    asks: 'POST /api/images/upscaling',
    sends: { imageID: 'i1' },
  },
  {
    name: 'generateVideo',
    call: (api) => api.generateVideo({ modelID: 'veo-3.1', prompt: 'waves' }),
    answer: queued,
    asks: 'POST /api/videos/generation',
    sends: { modelID: 'veo-3.1', prompt: 'waves' },
  },
  { name: 'getJob', call: (api) => api.getJob({ id: 'j1' }), answer: queued, asks: 'GET /api/jobs/j1' },
  {
    name: 'listJobs',
    call: (api) =>
      api.listJobs({ start: Date.UTC(2026, 2, 4, 9), end: Date.UTC(2026, 2, 4, 10, 0, 0, 5), pageToken: 'b2Z=' }),
    answer: { jobs: [queued] },
    asks: 'GET /api/jobs?start=2026-03-04T09%3A00%3A00.000Z&end=2026-03-04T10%3A00%3A00.005Z&pageToken=b2Z%3D',
  },
  {
    name: 'listVideos',
    call: (api) => api.listVideos({ pageSize: 5 }),
    answer: [{ id: 'v1' }],
    asks: 'GET /api/videos?pageSize=5',
  },
  {
    name: 'getVideo',
    call: (api) => api.getVideo({ videoID: 'v1' }),
    answer: { id: 'v1' },
    asks: 'GET /api/videos/v1',
  },
  { name: 'deleteVideo', call: (api) => api.deleteVideo({ videoID: 'v1' }), answer: '', asks: 'DELETE /api/videos/v1' },
  {
    name: 'createVideoDownload',
    call: (api) => api.createVideoDownload({ videoID: 'v1' }),
    answer: 'preparing',
    asks: 'GET /api/videos/v1/create-download',
  },
  {
    name: 'getVideoDownload',
    call: (api) => api.getVideoDownload({ videoID: 'v1' }),
    answer: { status: 'ready', url: 'https://cdn.example/v1.mp4' },
    asks: 'GET /api/videos/v1/download',
  },
  { name: 'listPresets', call: (api) => api.listPresets(), answer: ['editorial'], asks: 'GET /api/presets' },
];

describe.each(ways)('$way,', ({ clientFor }) => {
  describe('every operation', () => {
    it('has a case in this test', () => {
      expect(cases.map(({ name }) => name)).toEqual(Object.keys(operations));
    });

    it.each(cases)('$name sends $asks with the key and the version', async ({ call, answer, asks, sends }) => {
      const server = await fakeApi(ok(answer));
      await call(clientFor(server.url));
      expect(server.asked).toHaveLength(1);
      const [asked] = server.asked;
      expect(`${asked?.verb} ${asked?.url}`).toBe(asks);
      expect(asked?.headers).toMatchObject({
        authorization: `Bearer ${key}`,
        'api-version': '1',
        'user-agent': 'photogpt-bot/0.1',
      });
      if (sends) {
        expect(asked?.headers['content-type']).toBe('application/json');
        expect(JSON.parse(String(asked?.body))).toEqual(sends);
      }
    });
  });

  describe('a request', () => {
    it('is the same with a trailing slash in the base URL', async () => {
      const server = await fakeApi(json({ status: 'OK', message: 'pong!' }));
      expect(await clientFor(`${server.url}//`).ping()).toEqual({ message: 'pong!' });
      expect(server.asked[0]?.url).toBe('/api/ping');
    });

    it('uploads a file and its data as two parts with a boundary', async () => {
      const server = await fakeApi(ok({ id: 'i9', url: 'https://cdn.example/i9.png', type: 'modelInput' }));
      const file = { bytes: Buffer.from([0x89, 0x50, 0, 0xff]), name: 'face.png', type: 'image/png' };
      const image = await clientFor(server.url).uploadImage({ modelID: 'm1', type: 'modelInput', file });
      expect(image).toMatchObject({ id: 'i9', type: 'modelInput' });
      const [asked] = server.asked;
      const type = asked?.headers['content-type'] ?? '';
      expect(type).toMatch(/^multipart\/form-data; boundary=/);
      const form = await new Response(asked?.body, { headers: { 'content-type': type } }).formData();
      expect(form.get('data')).toBe('{"modelID":"m1","type":"modelInput"}');
      const part = form.get('file');
      if (!(part instanceof File)) throw new Error('the file is no file');
      expect(part).toMatchObject({ name: 'face.png', type: 'image/png' });
      expect(Buffer.from(await part.arrayBuffer())).toEqual(file.bytes);
    });

    it.each(['', '.', '..'])('is never sent for the id %j, which names another resource', async (imageID) => {
      const server = await fakeApi(ok(null));
      await expect(clientFor(server.url).deleteImage({ imageID })).rejects.toMatchObject({
        verdict: 'rejected',
        reason: 'input',
      });
      expect(server.asked).toHaveLength(0);
    });
  });
});
