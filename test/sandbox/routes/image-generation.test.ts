import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { colour, openSandbox, picture } from '../open-sandbox.ts';

/** Returns the mean colour of a picture, each channel 0 to 255. */
async function meanOf(bytes: ArrayBuffer) {
  const { channels } = await sharp(bytes).stats();
  return channels.slice(0, 3).map(({ mean }) => Math.round(mean));
}

describe('image generation', () => {
  it('goes through every state by the clock', async () => {
    const { get, post, clock } = await openSandbox();
    const started = await post('/images/generation', picture());
    expect(started.body).toEqual({ status: 'OK', result: { jobId: expect.any(String), status: 'queued' } });
    const states: string[] = [];
    for (let second = 0; second < 200 && states.at(-1) !== 'success'; second += 2) {
      const { result } = (await get(`/jobs/${started.body.result.jobId}`)).body;
      if (states.at(-1) !== result.status) states.push(result.status);
      expect(result.images === undefined).toBe(result.status !== 'success');
      clock.pass(2);
    }
    expect(states).toEqual(['created', 'queued', 'running', 'success']);
  });

  it('takes less time at a higher speed', async () => {
    const ended = async (speed: number) => {
      const { sandbox, post, clock } = await openSandbox({ speed });
      await post('/images/generation', picture());
      return (sandbox.ledger.jobs()[0]?.timeline.ended ?? 0) - clock.now();
    };
    expect((await ended(1)) / (await ended(20))).toBeCloseTo(20, 5);
  });

  it('serves pictures in the requested size and format, whole or in part', async () => {
    const { finished, send } = await openSandbox();
    const options = { openai: { outputFormat: 'png', imageSize: '1K', quality: 'high' } };
    const job = await finished('/images/generation', {
      ...picture('gpt-image-2'),
      aspectRatio: '2:1',
      numImages: 2,
      options,
    });
    expect(job.images).toHaveLength(2);
    expect(job.images[0]).toMatchObject({
      modelID: 'gpt-image-2',
      data: { width: 128, height: 64 },
      upscaledImageID: '',
    });

    const [first, second] = await Promise.all(job.images.map(async ({ url }: { url: string }) => fetch(url)));
    const bytes = Buffer.from(await first.arrayBuffer());
    expect(first.headers.get('content-type')).toBe('image/png');
    expect(Number(first.headers.get('content-length'))).toBe(bytes.length);
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', width: 128, height: 64 });
    expect(bytes.equals(Buffer.from(await second.arrayBuffer()))).toBe(false);

    const { url } = job.images[0];
    const part = await fetch(url, { headers: { Range: 'bytes=10-19' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${bytes.length}`]);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(10, 20))).toBe(true);
    const end = await fetch(url, { headers: { Range: 'bytes=-4' } });
    expect(Buffer.from(await end.arrayBuffer()).equals(bytes.subarray(-4))).toBe(true);
    expect((await fetch(url, { headers: { Range: `bytes=${bytes.length}-` } })).status).toBe(416);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, Number(head.headers.get('content-length'))]).toEqual([200, bytes.length]);
    expect((await send(url.replace(/media\/./, 'media/-'), {})).status).toBe(404);
  });

  it('serves a result from the end of its job until its address expires', async () => {
    const { sandbox, post, get, clock } = await openSandbox({ guesses: { urlSeconds: 60 } });
    const { jobId } = (await post('/images/generation', picture())).body.result;
    const id = sandbox.ledger.jobs()[0]?.pictures[0];
    expect((await get(`/images/${id}`)).status).toBe(404);
    clock.pass(((sandbox.ledger.jobs()[0]?.timeline.ended ?? 0) - clock.now()) / 1000);
    const { url } = (await get(`/jobs/${jobId}`)).body.result.images[0];
    expect((await fetch(url)).status).toBe(200);
    clock.pass(61);
    expect((await fetch(url)).status).toBe(403);
  });

  it('draws the same picture again after its file made room', async () => {
    const { finished } = await openSandbox({ guesses: { drawnBytes: 1 } });
    const load = async ({ url }: { url: string }) => Buffer.from(await (await fetch(url)).arrayBuffer());
    const one = (await finished('/images/generation', picture())).images[0];
    const before = await load(one);
    await load((await finished('/images/generation', picture('nanobanana', 'a red fox'))).images[0]);
    expect((await load(one)).equals(before)).toBe(true);
  });

  it('accepts public references without fetching them, and its own results', async () => {
    const { finished, sandbox } = await openSandbox({ fetch: () => Promise.reject(new Error('nothing is fetched')) });
    const first = await finished('/images/generation', picture());
    const referenceImageURLs = [first.images[0].url, 'https://pictures.example/x.png'];
    const second = await finished('/images/generation', { ...picture(), referenceImageURLs });
    const before = sandbox.ledger.requests().media?.calls ?? 0;
    expect((await fetch(second.images[0].url)).status).toBe(200);
    expect(sandbox.ledger.requests().media?.calls).toBe(before + 1);
  });

  it('fetches references on this machine, or refuses the job', async () => {
    const { finished, post } = await openSandbox();
    const other = await openSandbox();
    const reference = (await other.finished('/images/generation', picture())).images[0].url;
    expect(
      (await finished('/images/generation', { ...picture(), referenceImageURLs: [reference] })).images,
    ).toHaveLength(1);
    const gone = await post('/images/generation', {
      ...picture(),
      referenceImageURLs: [`${other.sandbox.url}/nothing.png`],
    });
    expect([gone.status, gone.body.message]).toEqual([400, expect.stringContaining('could not be fetched')]);
  });

  it('shows the reference in an edit', async () => {
    const { upload, finished, modelOf } = await openSandbox();
    const modelID = await modelOf();
    const edit = async (bytes: Uint8Array) => {
      const { url } = (await upload(bytes, { modelID, type: 'auxiliaryType' })).body.result;
      const edited = {
        ...picture('nanobanana', 'make it nicer'),
        referenceImageURLs: [url],
        options: { gemini: { seed: 7 } },
      };
      const job = await finished('/images/generation', edited);
      return meanOf(await (await fetch(job.images[0].url)).arrayBuffer());
    };
    const [red = 0, , blue = 0] = await edit(await colour(230, 20, 20));
    const [otherRed = 0, , otherBlue = 0] = await edit(await colour(20, 20, 230));
    expect(red - blue).toBeGreaterThan(otherRed - otherBlue + 30);
  });

  it('upscales a picture and names it in the record of the source', async () => {
    const { finished, get } = await openSandbox();
    const source = (await finished('/images/generation', picture())).images[0];
    const job = await finished('/images/upscaling', { imageID: source.id });
    expect(job.images[0].data).toEqual({ width: 256, height: 256 });
    const bytes = await (await fetch(job.images[0].url)).arrayBuffer();
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 256, height: 256 });
    expect((await get(`/images/${source.id}`)).body.result).toMatchObject({
      upscaledImageID: job.images[0].id,
      upscaledImageURL: job.images[0].url,
    });
  });

  it('forgets a deleted picture', async () => {
    const { finished, get, remove } = await openSandbox();
    const { id, url } = (await finished('/images/generation', picture())).images[0];
    expect(await remove(`/images/${id}`)).toMatchObject({ status: 200, body: { status: 'OK', result: 'deleted' } });
    expect((await get(`/images/${id}`)).status).toBe(404);
    expect((await fetch(url)).status).toBe(404);
  });

  it('charges for pictures until the credits are spent', async () => {
    const keys = [{ key: 'key-of-ours', credits: 25 }];
    const { post, get, sandbox } = await openSandbox({ keys });
    expect((await post('/images/generation', { ...picture(), numImages: 2 })).status).toBe(200);
    expect(await post('/images/generation', picture())).toMatchObject({
      status: 402,
      body: { status: 'NOK', message: 'insufficient credits' },
    });
    expect(sandbox.ledger.credits('key-of-ours')).toBe(5);
    expect((await get('/jobs')).body.result.jobs).toMatchObject([{ credits: 20 }]);
  });
});
