import { describe, expect, it } from 'vitest';
import { createDownload } from '../../../src/media/fetch/download.ts';
import { createResults } from '../../../src/media/fetch/results.ts';
import { createReferences } from '../../../src/media/uploads/references.ts';
import { PhotoGPTError } from '../../../src/photogpt/error.ts';
import { useDatabase } from '../../jobs/movable-database.ts';
import { imagine, key, openWorld } from '../../jobs/world.ts';
import { noise, openFiles } from '../kept-files.ts';

const database = useDatabase();
const signal = AbortSignal.timeout(60_000);
const shelfSize = 20;

async function openReferences() {
  const world = await openWorld({ database });
  const { files, put } = await openFiles();
  const { api } = world.bot;
  const references = createReferences({ api, store: world.mediaStore, files, key });
  const content = await noise(32, 32, 'jpeg');

  /** Keeps a picture as one that a person gave. Returns its id. */
  async function given(): Promise<string> {
    const { id, bytes, width, height } = await put(content);
    const whose = { platform: 'playground', tenant: 'home', person: 'ada' };
    await world.mediaStore.insert({
      id,
      ...whose,
      kind: 'image',
      type: 'image/jpeg',
      bytes,
      width,
      height,
      sha256: id,
    });
    return id;
  }
  const resolve = (media: string) => references.resolve({ media, role: 'reference' }, signal);
  const shelves = async () =>
    (await api.listModels({}, { signal })).filter(({ name }) => name === 'photogpt-bot references');
  const hasImage = (imageID: string | undefined) =>
    api.getImage({ imageID: imageID ?? '' }, { signal }).then(
      () => true,
      (error: unknown) =>
        error instanceof PhotoGPTError && error.reason === 'missing' ? false : Promise.reject(error),
    );
  return { ...world, files, api, given, resolve, shelves, hasImage };
}

describe('references', () => {
  it('are uploaded once, however often they are used', async () => {
    const { given, resolve, calls, hasImage } = await openReferences();
    const id = await given();
    const first = await resolve(id);
    expect(first).toMatchObject({ media: id, role: 'reference', url: expect.stringMatching(/^http/) });
    expect(await resolve(id)).toEqual(first);
    expect(await resolve(id)).toEqual(first);
    expect(calls('uploadImage')).toBe(1);
    expect(await hasImage(first.remoteId)).toBe(true);
  });

  it('that PhotoGPT made have its own id, without an upload', async () => {
    const { ready, resolve, calls, api, mediaStore, files } = await openReferences();
    const job = await ready(imagine('a boat', 2));
    const { download, close } = createDownload({ loopback: true });
    const [, second] = await createResults({ api, store: mediaStore, files, download })(job, signal);
    await close();
    expect(await resolve(second?.id ?? '')).toMatchObject({ remoteId: job.outputs[1]?.id, url: job.outputs[1]?.url });
    expect(calls('uploadImage')).toBe(0);
    // After its deletion at PhotoGPT, a copy of the file here is uploaded.
    await api.deleteImage({ imageID: job.outputs[1]?.id ?? '' }, { signal });
    expect((await resolve(second?.id ?? '')).remoteId).not.toBe(job.outputs[1]?.id);
    expect(calls('uploadImage')).toBe(1);
  });

  it('fill one shelf, and then another one, while all are in use', async () => {
    const { given, resolve, shelves, hasImage } = await openReferences();
    const uploads = [];
    for (let number = 0; number < shelfSize; number += 1) uploads.push(await resolve(await given()));
    expect(await shelves()).toHaveLength(1);
    uploads.push(await resolve(await given()));
    expect(await shelves()).toHaveLength(2);
    for (const { remoteId } of uploads) expect(await hasImage(remoteId)).toBe(true);
  });

  it('make room once unused for longer than any job, the longest unused first', async () => {
    const { given, resolve, shelves, hasImage, pass, calls } = await openReferences();
    const ids: string[] = [];
    for (let number = 0; number < shelfSize; number += 1) ids.push(await given());
    const uploads = [];
    for (const id of ids) uploads.push(await resolve(id));
    pass(2 * 3_600);
    // All but the third are used again.
    for (const [index, id] of ids.entries()) if (index !== 2) await resolve(id);
    const next = await resolve(await given());
    expect(await shelves()).toHaveLength(1);
    expect(calls('deleteImage')).toBe(1);
    const there = await Promise.all(uploads.map(({ remoteId }) => hasImage(remoteId)));
    expect(there).toEqual(ids.map((_, index) => index !== 2));
    expect(await hasImage(next.remoteId)).toBe(true);
    // The one that made room is uploaded anew when it is used again.
    expect((await resolve(ids[2] ?? '')).remoteId).not.toBe(uploads[2]?.remoteId);
  });

  it('that are gone from here are refused, without an upload', async () => {
    const { given, resolve, files, calls } = await openReferences();
    const id = await given();
    await files.remove(id);
    await expect(resolve(id)).rejects.toMatchObject({ failure: { code: 'pictureGone' } });
    await expect(resolve('A'.repeat(22))).rejects.toMatchObject({ failure: { code: 'pictureGone' } });
    expect(calls('uploadImage')).toBe(0);
  });
});
