import { describe, expect, it } from 'vitest';
import { clientFor, fakeApi, json, ok } from './fake-api.ts';

const answering = async (result: unknown) => clientFor((await fakeApi(ok(result))).url);

describe('absent fields', () => {
  it.each([
    ['missing', {}],
    ['null', { url: null, modelID: null, liked: null, data: null }],
    ['empty', { url: '', modelID: '' }],
  ])('are undefined when %s', async (_, fields) => {
    const image = await (await answering({ id: 'i1', ...fields })).getImage({ imageID: 'i1' });
    expect([image.id, image.url, image.modelID, image.liked]).toEqual(['i1', undefined, undefined, undefined]);
  });

  it('make an empty list of null', async () => {
    expect(await (await answering(null)).listModels()).toEqual([]);
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
  it('are strings for training and downloads, and undefined otherwise', async () => {
    expect(await (await answering('Training triggered')).trainModel({ modelID: 'm1' })).toBe('Training triggered');
    expect(await (await answering({ odd: true })).createVideoDownload({ videoID: 'v1' })).toBeUndefined();
  });

  it('may be empty when no result is expected', async () => {
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

  it('keep their name for people', async () => {
    const presets = await (await answering([{ tag: 'noir', name: 'Film noir', category: 'Mood' }])).listPresets();
    expect(presets).toMatchObject([{ tag: 'noir', name: 'Film noir', category: 'Mood' }]);
  });
});
