import { describe, expect, it } from 'vitest';
import { createPhotoGPT } from '../../src/photogpt/client.ts';
import { createCatalogue } from '../../src/photogpt/models/catalogue.ts';
import { imageRequest, videoRequest } from '../../src/photogpt/request-bodies.ts';
import { operations } from '../../src/sandbox/http/operations.ts';
import { colour, key, openSandbox } from './open-sandbox.ts';

async function openWithClient() {
  const opened = await openSandbox();
  const { clock, sandbox } = opened;
  const api = createPhotoGPT({ key, baseUrl: sandbox.url, fetch, clock, random: () => 0.5 });
  return { ...opened, api };
}

describe('the sandbox', () => {
  it('works with the client in every operation', async () => {
    const { api, clock, sandbox } = await openWithClient();
    expect((await api.ping()).message).toBe('pong!');
    const model = await api.createModel({ name: 'Ada', age: 36, gender: 'Female' });
    expect((await api.updateModel({ id: model.id, name: 'Ada L.' })).name).toBe('Ada L.');

    const file = { bytes: await colour(200, 90, 40), name: 'me.jpg', type: 'image/jpeg' };
    for (let index = 0; index < 12; index += 1) {
      await api.uploadImage({ modelID: model.id, type: 'modelInput', file });
    }
    expect((await api.listModelImages({ modelID: model.id, pageSize: 5 })).images).toHaveLength(5);
    await api.trainModel({ modelID: model.id });
    expect((await api.getModel({ modelID: model.id })).status).toBe('training');
    clock.pass(1500);
    expect((await api.listModels()).map(({ status }) => status)).toEqual(['ready']);

    const started = await api.generateImage({ modelID: model.id, prompt: 'a portrait' });
    clock.pass(600);
    const job = await api.getJob({ id: started.jobId });
    expect(job.status).toBe('success');
    const id = job.images?.[0]?.id ?? '';
    expect((await api.getImage({ imageID: id })).modelID).toBe(model.id);
    await api.upscaleImage({ imageID: id });
    const filmed = await api.generateVideo({ modelID: 'veo-3.1', prompt: 'a lighthouse' });
    clock.pass(3600);
    const videoID = (await api.getJob({ id: filmed.jobId })).videos?.[0]?.id ?? '';
    expect((await api.getVideo({ videoID })).jobId).toBe(filmed.jobId);
    await api.createVideoDownload({ videoID });
    expect((await api.getVideoDownload({ videoID })).status).toBe('preparing');
    clock.pass(60);
    expect(await api.getVideoDownload({ videoID })).toMatchObject({ status: 'ready', percentComplete: 100 });

    const { jobs, serverTime } = await api.listJobs({});
    expect(jobs.map(({ status }) => status)).toEqual(['success', 'success', 'success', 'success']);
    expect(serverTime).toBe(clock.now());
    expect((await api.listVideos()).videos).toHaveLength(1);
    expect((await api.listPresets()).map(({ tag }) => tag)).toContain('editorial');

    await api.deleteVideo({ videoID });
    await api.deleteImage({ imageID: id });
    await api.deleteModel({ modelID: model.id });
    expect(await api.listModels()).toEqual([]);
    const counted = sandbox.ledger.requests();
    expect(Object.keys(counted).sort()).toEqual(operations.map(({ name }) => name).sort());
    for (const { calls, statuses } of Object.values(counted)) expect(statuses).toEqual({ 200: calls });
  });

  const { models } = createCatalogue();

  it.each(models.map((model) => [model.id, model] as const))(
    'takes the options in the catalogue for %s',
    async (_, model) => {
      const { api } = await openWithClient();
      const chosen = Object.entries(model.options).map(([name, { values, kind, min = 1 }]) => {
        const example = { choice: 'auto', text: 'calm', integer: min, number: min, flag: true }[kind];
        return [name, values?.at(-1) ?? example];
      });
      const request = { prompt: 'a lighthouse', count: 1, options: Object.fromEntries(chosen) };
      const url = 'https://pictures.example/x.png';
      const started =
        model.kind === 'image'
          ? await api.generateImage(
              imageRequest(model, { ...request, references: Array(model.maxReferences).fill(url) }),
            )
          : await api.generateVideo(
              videoRequest(model, { ...request, references: Object.keys(model.roles).map((role) => ({ url, role })) }),
            );
      expect(started.jobId).toMatch(/^job_/);
    },
  );

  it.each([
    ['!refuse', 'rejected', 'safety'],
    ['!credits', 'rejected', 'credits'],
    ['!403', 'rejected', 'access'],
    ['!429', 'busy', 'rate'],
    ['!500', 'in doubt', 'server'],
    ['!502', 'in doubt', 'server'],
    ['!lost-answer', 'in doubt', 'network'],
  ])('makes the client’s verdict with %s', async (word, verdict, reason) => {
    const { api } = await openWithClient();
    const request = api.generateImage({ modelID: 'nanobanana', prompt: `a fox ${word}` });
    await expect(request).rejects.toMatchObject({ verdict, reason });
  });
});
