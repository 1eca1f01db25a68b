import { describe, expect, it } from 'vitest';
import { createMediaFiles } from '../../../src/sandbox/media/media-files.ts';
import { openSandbox, picture } from '../open-sandbox.ts';

const file = (size: number) => [{ name: 'a.png', type: 'image/png', bytes: new Uint8Array(size).fill(7) }];

describe('media', () => {
  it('drops the oldest drawn files for new ones, and never uploads', async () => {
    const mediaFiles = createMediaFiles({ drawn: 250, uploaded: 150 });
    await mediaFiles.put('upload', file(100), 'uploaded');
    for (const token of ['one', 'two', 'three']) await mediaFiles.put(token, file(100), 'drawn');
    expect(['upload', 'one', 'two', 'three'].map(mediaFiles.has)).toEqual([true, false, true, true]);
    expect(await mediaFiles.find('three', 'a.png')?.read(98, 10)).toEqual(new Uint8Array([7, 7]));
    await expect(mediaFiles.put('more', file(100), 'uploaded')).rejects.toMatchObject({ status: 503 });
    await mediaFiles.remove('upload');
    await mediaFiles.put('more', file(100), 'uploaded');
    await mediaFiles.clear();
    expect(mediaFiles.has('more')).toBe(false);
  });

  it('has addresses under its public name, and accepts them as its own', async () => {
    const { finished, sandbox } = await openSandbox({ publicUrl: 'https://sandbox.example/photogpt/' });
    const { url } = (await finished('/images/generation', picture())).images[0];
    expect(url).toMatch(/^https:\/\/sandbox\.example\/photogpt\/media\/[\w-]{22}\/picture\.jpg$/);
    const edit = await finished('/images/generation', { ...picture(), referenceImageURLs: [url] });
    const { pathname } = new URL(edit.images[0].url);
    expect((await fetch(new URL(pathname.replace('/photogpt', ''), sandbox.url))).status).toBe(200);
  });

  it('gives every result an unguessable address', async () => {
    const { finished } = await openSandbox();
    const { images } = await finished('/images/generation', { ...picture(), numImages: 4 });
    const tokens = images.map(({ url }: { url: string }) => new URL(url).pathname.split('/')[2]);
    expect(new Set(tokens).size).toBe(4);
    for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(16);
  });

  it('films over its own pictures as first and last frame', async () => {
    const { finished } = await openSandbox();
    const { images } = await finished('/images/generation', { ...picture(), numImages: 2 });
    const [first, last] = images;
    const referenceImages = [
      { url: first.url, role: 'first_frame' },
      { url: last.url, role: 'last_frame' },
    ];
    const options = { seedance: { duration: 1 } };
    const job = await finished('/videos/generation', {
      modelID: 'seedance-2.0',
      prompt: 'waves',
      referenceImages,
      options,
    });
    const playlist = await fetch(job.videos[0].url);
    expect([playlist.status, (await playlist.text()).slice(0, 7)]).toEqual([200, '#EXTM3U']);
    const poster = await fetch(job.videos[0].url.replace('video.m3u8', 'poster.jpg'));
    expect(poster.headers.get('content-type')).toBe('image/jpeg');
  });
});
