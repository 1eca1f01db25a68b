import { describe, expect, it } from 'vitest';
import { openSandbox } from '../open-sandbox.ts';

/** The request of a public client of the API, in its exact shape. */
const thirdParty = {
  modelID: 'seedance-2.0',
  prompt: 'a sailing ship in a storm',
  numVideos: 1,
  referenceImages: [{ url: 'https://pictures.example/x.png', role: 'first_frame' }],
  options: { seedance: { duration: 6, ratio: '9:16', resolution: '720p', generateAudio: false } },
};

describe('video generation', () => {
  it('serves a third-party client: trigger, poll, fetch the playlist and its files', async () => {
    const { post, get, clock } = await openSandbox();
    const { jobId } = (await post('/videos/generation', thirdParty)).body.result;
    for (let polls = 0; (await get(`/jobs/${jobId}`)).body.result.status !== 'success' && polls < 60; polls += 1)
      clock.pass(8);
    const job = (await get(`/jobs/${jobId}`)).body.result;
    expect(job.videos).toEqual([{ id: expect.any(String), url: expect.stringMatching(/\.m3u8$/) }]);
    const response = await fetch(job.videos[0].url);
    const playlist = await response.text();
    expect(response.headers.get('content-type')).toBe('application/vnd.apple.mpegurl');
    expect(playlist).toMatch(/^#EXTM3U/);
    const seconds = [...playlist.matchAll(/#EXTINF:([\d.]+)/g)].reduce((sum, [, length]) => sum + Number(length), 0);
    expect(seconds).toBeCloseTo(6, 0);
    for (const name of playlist.split('\n').filter((line) => line && !line.startsWith('#'))) {
      expect((await fetch(new URL(name, job.videos[0].url))).status).toBe(200);
    }
  });

  const short = { modelID: 'grok-imagine-1.5', prompt: 'a lighthouse', options: { grok: { duration: 1 } } };

  it('prepares a download in two steps', async () => {
    const { finished, get, clock } = await openSandbox({ guesses: { downloadSeconds: 10 } });
    const { id } = (await finished('/videos/generation', short)).videos[0];
    expect((await get(`/videos/${id}/download`)).status).toBe(404);
    expect((await get(`/videos/${id}/create-download`)).body).toEqual({ status: 'OK', result: expect.any(String) });
    const state = async () => (await get(`/videos/${id}/download`)).body.result;
    expect(await state()).toEqual({ status: 'inprogress', percentComplete: 0, url: '' });
    clock.pass(5);
    expect(await state()).toMatchObject({ percentComplete: 50 });
    await get(`/videos/${id}/create-download`);
    clock.pass(5);
    const ready = await state();
    expect(ready).toEqual({ status: 'ready', percentComplete: 100, url: expect.stringMatching(/\.mp4$/) });
    const response = await fetch(ready.url);
    expect(response.headers.get('content-type')).toBe('video/mp4');
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(4, 8)
        .toString(),
    ).toBe('ftyp');
  });

  it('lists, reads and deletes videos', async () => {
    const { finished, get, remove } = await openSandbox();
    const job = await finished('/videos/generation', short);
    const { id } = job.videos[0];
    const record = (await get(`/videos/${id}`)).body.result;
    expect(record).toMatchObject({
      id,
      jobId: job.jobId,
      modelID: 'grok-imagine-1.5',
      type: 'video',
      data: { duration: 1 },
    });
    expect((await get('/videos')).body).toMatchObject({ page: 1, pageSize: 20, result: [record] });
    expect((await remove(`/videos/${id}`)).status).toBe(200);
    expect((await get(`/videos/${id}`)).status).toBe(404);
    expect((await get('/videos')).body.result).toEqual([]);
  });
});
