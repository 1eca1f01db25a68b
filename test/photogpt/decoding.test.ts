import { describe, expect, it } from 'vitest';
import { clientFor, fakeApi, json, ok, raw } from './fake-api.ts';

const answering = async (result: unknown) => clientFor((await fakeApi(ok(result))).url);
const jobFrom = async (job: object) => (await answering({ jobId: 'j1', ...job })).getJob({ id: 'j1' });
const listed = async (job: object) => (await (await answering({ jobs: [{ jobId: 'j1', ...job }] })).listJobs()).jobs[0];

describe('the status of a job', () => {
  it.each([
    ['created', 'running'],
    ['Queued', 'running'],
    ['In-Progress', 'running'],
    ['success', 'success'],
    ['COMPLETED', 'success'],
    ['done', 'success'],
    ['failed', 'failed'],
    ['Error', 'failed'],
    ['canceled', 'failed'],
  ])('%s is %s, and the word is kept', async (word, status) => {
    expect(await jobFrom({ status: word })).toMatchObject({ status, rawStatus: word });
    expect(await listed({ status: word })).toMatchObject({ status, rawStatus: word });
  });

  it('is success when the word is unknown and there are outputs', async () => {
    expect(await jobFrom({ status: 'baked', images: [{ id: 'i1' }] })).toMatchObject({ status: 'success' });
  });

  it('is failed when the word is unknown and there is an error', async () => {
    expect(await jobFrom({ status: 'baked', error: 'burnt' })).toMatchObject({ status: 'failed', error: 'burnt' });
  });

  it.each(['baked', '', null, undefined])('is running when %j comes with neither', async (status) => {
    expect(await jobFrom({ status, error: '' })).toMatchObject({ status: 'running', error: undefined });
  });
});

describe('a job', () => {
  it('tells its error under either name, in detail and in the list', async () => {
    for (const field of ['error', 'errorMessage']) {
      expect(await jobFrom({ status: 'failed', [field]: 'no faces' })).toMatchObject({ error: 'no faces' });
      expect(await listed({ status: 'failed', [field]: 'no faces' })).toMatchObject({ error: 'no faces' });
    }
  });

  it('tells its model under either spelling', async () => {
    expect(await jobFrom({ modelId: 'm1' })).toMatchObject({ modelId: 'm1' });
    expect(await jobFrom({ modelId: '', modelID: 'm2' })).toMatchObject({ modelId: 'm2' });
  });

  it('keeps an echoed prompt and seed', async () => {
    expect(await jobFrom({ prompt: 'a fox', seed: 7 })).toMatchObject({ prompt: 'a fox', seed: 7 });
  });

  it('has epoch milliseconds for times, with or without a fraction, and nothing for the zero time', async () => {
    const at = Date.UTC(2026, 2, 4, 10, 0, 2);
    expect(await listed({ createdAt: '2026-03-04T10:00:02Z' })).toMatchObject({ createdAt: at });
    expect(await listed({ createdAt: '2026-03-04T10:00:02.250Z' })).toMatchObject({ createdAt: at + 250 });
    expect(await listed({ createdAt: '2026-03-04T11:00:02.25012345+01:00' })).toMatchObject({ createdAt: at + 250 });
    expect(await listed({ createdAt: '0001-01-01T00:00:00Z', updatedAt: 'soon' })).toMatchObject({
      createdAt: undefined,
      updatedAt: undefined,
    });
  });

  it.each([
    ['12', 12],
    ['"12.5"', 12.5],
    ['0', 0],
    ['1e999', undefined],
    ['"1e999"', undefined],
    ['"many"', undefined],
    ['""', undefined],
    ['true', undefined],
  ])('with credits %s cost %s', async (credits, cost) => {
    const server = await fakeApi(raw(`{"status":"OK","result":{"jobs":[{"jobId":"j1","credits":${credits}}]}}`, 200));
    expect((await clientFor(server.url).listJobs()).jobs[0]?.credits).toBe(cost);
  });

  it.each([
    ['a name', 'j1', 'j1'],
    ['a number', 41, '41'],
  ])('has an id that is %s', async (_, jobId, id) => {
    expect(await listed({ jobId })).toMatchObject({ jobId: id });
  });

  it.each([undefined, null, '', {}, true])(
    'is unreadable when its id is %j, and the log says which it was',
    async (jobId) => {
      const api = await answering({ jobs: [{ jobId: 'j1' }, { jobId, status: 'running' }] });
      await expect(api.listJobs()).rejects.toMatchObject({
        ...{ verdict: 'broken', reason: 'unreadable' },
        err: expect.stringContaining('result.jobs[1].jobId'),
      });
    },
  );

  it('says how to go on listing, and when the server thinks it is', async () => {
    const date = { date: 'Wed, 04 Mar 2026 10:00:07 GMT' };
    const jobs = [{ jobId: 'j1', status: 'success', credits: 12 }];
    const server = await fakeApi(
      json({ status: 'OK', result: { jobs, nextPageToken: 'n' } }, 200, date),
      json({ status: 'OK', result: { jobs: null, nextPageToken: '' } }, 200, date),
    );
    const api = clientFor(server.url);
    const first = await api.listJobs();
    expect(first).toMatchObject({ nextPageToken: 'n', serverTime: Date.UTC(2026, 2, 4, 10, 0, 7) });
    expect(first.jobs[0]).toMatchObject({ jobId: 'j1', credits: 12 });
    expect(await api.listJobs()).toMatchObject({ jobs: [], nextPageToken: undefined });
  });
});

describe('absent fields', () => {
  it.each([
    ['missing', {}],
    ['null', { url: null, modelID: null, liked: null, data: null }],
    ['empty', { url: '', modelID: '' }],
  ])('are undefined when %s', async (_, fields) => {
    const image = await (await answering({ id: 'i1', ...fields })).getImage({ imageID: 'i1' });
    expect([image.id, image.url, image.modelID, image.liked]).toEqual(['i1', undefined, undefined, undefined]);
  });

  it('make empty lists of null', async () => {
    expect(await (await answering(null)).listModels()).toEqual([]);
    expect(await jobFrom({ images: null, status: 'success' })).toMatchObject({ images: [], videos: [] });
  });
});

describe('lists of images and videos', () => {
  it('carry the page beside the result', async () => {
    const server = await fakeApi(json({ status: 'OK', page: 1, pageSize: 20, result: [{ id: 'a' }] }));
    const api = clientFor(server.url);
    expect(await api.listModelImages({ modelID: 'm1' })).toMatchObject({
      page: 1,
      pageSize: 20,
      images: [{ id: 'a' }],
    });
    expect(await api.listVideos()).toMatchObject({ page: 1, pageSize: 20, videos: [{ id: 'a' }] });
  });
});

describe('a trained model', () => {
  it.each([
    ['new', 'new'],
    ['preprocessing', 'training'],
    ['ready', 'ready'],
    ['Error', 'failed'],
    ['deleted', 'deleted'],
  ])('that is %s counts as %s', async (word, status) => {
    expect(await (await answering({ id: 'm1', status: word })).getModel({ modelID: 'm1' })).toMatchObject({
      status,
      rawStatus: word,
    });
  });
});

describe('a download', () => {
  it('has a url only once it is ready', async () => {
    const url = 'https://cdn.example/v.mp4';
    const early = await (await answering({ status: 'inprogress', percentComplete: 40.5, url })).getVideoDownload({
      videoID: 'v',
    });
    expect(early).toEqual({ status: 'preparing', rawStatus: 'inprogress', percentComplete: 40.5 });
    const done = await (await answering({ status: 'ready', percentComplete: 100, url })).getVideoDownload({
      videoID: 'v',
    });
    expect(done).toMatchObject({ status: 'ready', url });
    const lost = await (await answering({ status: 'error' })).getVideoDownload({ videoID: 'v' });
    expect(lost).toMatchObject({ status: 'failed' });
  });
});

describe('answers without an object', () => {
  it('are strings for training and downloads, whatever they hold', async () => {
    expect(await (await answering('Training triggered')).trainModel({ modelID: 'm1' })).toBe('Training triggered');
    expect(await (await answering({ odd: true })).createVideoDownload({ videoID: 'v1' })).toBeUndefined();
  });

  it('may have no body at all where nothing is expected', async () => {
    const server = await fakeApi((response) => response.writeHead(204).end());
    expect(await clientFor(server.url).deleteVideo({ videoID: 'v1' })).toBeUndefined();
  });
});

describe('presets', () => {
  it.each([
    ['bare tags', ['editorial', '']],
    ['objects under tag', [{ tag: 'editorial', name: 'editorial' }, { name: '' }, 7]],
    ['objects under id', [{ id: 'editorial' }]],
    ['objects under slug', { presets: [{ slug: 'editorial', name: '' }] }],
  ])('are read from %s', async (_, result) => {
    const presets = await (await answering(result)).listPresets();
    expect(presets).toEqual([{ tag: 'editorial', name: 'editorial', category: undefined, description: undefined }]);
  });

  it('keep the name people know them by', async () => {
    const presets = await (await answering([{ tag: 'noir', name: 'Film noir', category: 'Mood' }])).listPresets();
    expect(presets).toMatchObject([{ tag: 'noir', name: 'Film noir', category: 'Mood' }]);
  });
});
