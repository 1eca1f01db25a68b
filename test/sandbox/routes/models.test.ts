import { describe, expect, it } from 'vitest';
import { colour, key, openSandbox } from '../open-sandbox.ts';

const heic = Buffer.concat([
  Buffer.from([0, 0, 0, 24]),
  Buffer.from('ftypheic'),
  Buffer.alloc(4),
  Buffer.from('mif1heic'),
  Buffer.alloc(64),
]);

async function openWithTrainable(guesses = {}) {
  const opened = await openSandbox({ guesses });
  const trainable = async () => {
    const modelID = await opened.modelOf();
    const bytes = await colour(200, 120, 60);
    for (let index = 0; index < 12; index += 1) await opened.upload(bytes, { modelID, type: 'modelInput' });
    return modelID;
  };
  const status = async (modelID: string) => (await opened.get(`/models/${modelID}`)).body.result.status;
  return { ...opened, trainable, status };
}

describe('trained models', () => {
  it('creates, changes, lists and soft-deletes models', async () => {
    const { get, post, remove, clock } = await openSandbox();
    const created = (await post('/models', { name: 'Ada', age: 36, gender: 'Female', ethnicity: 'English' })).body
      .result;
    expect(created).toMatchObject({ id: expect.any(String), modelType: 'person', status: 'new', name: 'Ada' });
    clock.pass(60);
    const changed = (await post('/models', { id: created.id, name: 'Ada L.' })).body.result;
    expect(changed).toMatchObject({ id: created.id, name: 'Ada L.', age: 36, createdAt: created.createdAt });
    expect(changed.updatedAt > created.updatedAt).toBe(true);
    expect((await get('/models')).body.result).toEqual([changed]);
    expect((await remove(`/models/${created.id}`)).body).toEqual({ status: 'OK', result: 'deleted' });
    expect((await get('/models')).body.result).toEqual([]);
    expect((await get(`/models/${created.id}`)).body.result.status).toBe('deleted');
    expect((await post('/models', { id: created.id, name: 'Ada' })).status).toBe(404);
  });

  it('explains what is wrong with a model', async () => {
    const { post } = await openSandbox();
    const message = async (body: unknown) => (await post('/models', body)).body.message;
    expect(await message({ name: 'Ada', age: '36' })).toBe('age must be a number');
    expect(await message({ name: 'Ada', gender: 'female' })).toBe('gender must be Male or Female');
    expect(await message({ name: 'Ada', shoeSize: 40 })).toBe('shoeSize is not known here');
  });

  it('takes uploads with data as a text field and as a JSON part', async () => {
    const { upload, modelOf, get } = await openSandbox();
    const modelID = await modelOf();
    const bytes = await colour(10, 200, 10);
    for (const asPart of [false, true]) {
      const { status, body } = await upload(bytes, { modelID, type: 'auxiliaryType' }, asPart);
      expect([status, body.result]).toMatchObject([
        200,
        { modelID, type: 'auxiliaryType', data: { width: 96, height: 64 } },
      ]);
      expect((await get(`/images/${body.result.id}`)).body.result).toEqual(body.result);
      expect(Buffer.from(await (await fetch(body.result.url)).arrayBuffer()).equals(bytes)).toBe(true);
    }
  });

  it('takes a JSON part without a file name, as some clients send', async () => {
    const { send, headers, modelOf } = await openSandbox();
    const data = JSON.stringify({ modelID: await modelOf(), type: 'modelInput' });
    const part = (head: string) => `--edge\r\nContent-Disposition: form-data; ${head}\r\n\r\n`;
    const body = Buffer.concat([
      Buffer.from(part('name="data"\r\nContent-Type: application/json')),
      Buffer.from(`${data}\r\n`),
      Buffer.from(part('name="file"; filename="me.png"\r\nContent-Type: image/png')),
      await colour(1, 2, 3, 'png'),
      Buffer.from('\r\n--edge--\r\n'),
    ]);
    const type = { 'Content-Type': 'multipart/form-data; boundary=edge' };
    const answer = await send('/images/upload', { method: 'POST', headers: { ...headers(key), ...type }, body });
    expect([answer.status, answer.body.result?.type]).toEqual([200, 'modelInput']);
  });

  it('judges an upload by its content', async () => {
    const { upload, modelOf } = await openSandbox();
    const modelID = await modelOf();
    const type = 'modelInput';
    for (const good of [await colour(1, 2, 3, 'png'), await colour(1, 2, 3, 'webp'), heic]) {
      expect((await upload(good, { modelID, type })).status).toBe(200);
    }
    const jpeg = await colour(1, 2, 3);
    for (const bad of [
      Buffer.from('not a picture'),
      Buffer.from('GIF89a....'),
      jpeg.subarray(0, 200),
      Buffer.alloc(0),
    ]) {
      const { status, body } = await upload(bad, { modelID, type });
      expect([status, body.message]).toEqual([400, 'The file must be a picture: jpg, jpeg, webp, png or heic']);
    }
    expect((await upload(jpeg, { modelID, type: 'portrait' })).body.message).toBe(
      'type must be modelInput or auxiliaryType',
    );
    expect((await upload(jpeg, { modelID: 'nobody', type })).status).toBe(404);
  });

  it('refuses requests over 20 MB', async () => {
    const { upload, modelOf, sandbox } = await openSandbox();
    const modelID = await modelOf();
    const large = Buffer.concat([await colour(1, 2, 3), Buffer.alloc(20 * 1024 * 1024)]);
    const { status, body } = await upload(large, { modelID, type: 'modelInput' });
    expect([status, body.message]).toEqual([400, 'The request is larger than 20 MB']);
    expect(sandbox.ledger.requests().uploadImage?.statuses).toEqual({ 400: 1 });
  });

  it('takes 20 pictures of each type, even at once', async () => {
    const { upload, modelOf } = await openSandbox();
    const modelID = await modelOf();
    const bytes = await colour(10, 20, 200);
    const answers = await Promise.all(Array.from({ length: 24 }, () => upload(bytes, { modelID, type: 'modelInput' })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect((await upload(bytes, { modelID, type: 'auxiliaryType' })).status).toBe(200);
  });

  it('lists pictures by kind and page', async () => {
    const { get, upload, modelOf } = await openSandbox();
    const modelID = await modelOf();
    const bytes = await colour(10, 20, 200);
    for (const type of ['modelInput', 'modelInput', 'modelInput', 'auxiliaryType'])
      await upload(bytes, { modelID, type });
    const list = async (query: string) => (await get(`/models/${modelID}/images${query}`)).body;
    expect(await list('')).toMatchObject({ page: 1, pageSize: 20, result: { length: 4 } });
    expect((await list('?imageType=input')).result).toHaveLength(3);
    expect((await list('?imageType=auxiliaryType')).result).toHaveLength(1);
    expect((await list('?imageType=output')).result).toEqual([]);
    expect(await list('?pageNum=2&pageSize=3')).toMatchObject({ page: 2, pageSize: 3, result: { length: 1 } });
    expect((await get(`/models/${modelID}/images?imageType=modelInput`)).status).toBe(400);
    expect((await get(`/models/${modelID}/images?pageNum=zero`)).body.message).toBe('pageNum must be a number');
  });

  it('trains one model at a time, in 20 to 25 minutes, as a job', async () => {
    const { get, trainable, status, clock, sandbox } = await openWithTrainable();
    const [first, second] = [await trainable(), await trainable()];
    expect((await get(`/models/${first}/train`)).body).toEqual({ status: 'OK', result: 'Training triggered' });
    expect(await status(first)).toBe('training');
    expect((await get(`/models/${second}/train`)).status).toBe(429);
    expect((await get(`/models/${first}/train`)).status).toBe(409);
    const [job] = (await get('/jobs')).body.result.jobs;
    expect((await get(`/jobs/${job.jobId}`)).body.result).toMatchObject({ modelId: first });
    expect(sandbox.ledger.jobs()).toMatchObject([{ kind: 'training', modelID: first }]);
    clock.pass(20 * 60 - 1);
    expect(await status(first)).toBe('training');
    clock.pass(5 * 60 + 1);
    expect(await status(first)).toBe('ready');
    expect((await get('/jobs')).body.result.jobs[0].status).toBe('success');
    expect((await get(`/models/${second}/train`)).status).toBe(200);
  });

  it('needs 12 pictures for training', async () => {
    const { get, modelOf } = await openSandbox();
    const { status, body } = await get(`/models/${await modelOf()}/train`);
    expect([status, body.message]).toEqual([400, expect.stringContaining('12 to 20 images')]);
  });

  it('generates in the exact size once a trained model is ready', async () => {
    const { get, post, trainable, finished, clock } = await openWithTrainable();
    const modelID = await trainable();
    const body = { modelID, prompt: 'portrait on a beach', width: 100, height: 72, seed: 5, enhanceFace: true };
    expect(await post('/images/generation', body)).toMatchObject({ status: 409, body: { status: 'NOK' } });
    await get(`/models/${modelID}/train`);
    clock.pass(1500);
    const job = await finished('/images/generation', body);
    expect(job).toMatchObject({
      status: 'success',
      modelId: modelID,
      images: [{ modelID, data: { width: 100, height: 72 } }],
    });
    expect((await get(`/models/${modelID}/images?imageType=output`)).body.result).toHaveLength(1);
    expect((await post('/images/generation', { modelID })).body.message).toContain('One of prompt, preset');
    expect((await post('/images/generation', { ...body, aspectRatio: '1:1' })).body.message).toBe(
      'aspectRatio is not known here',
    );
    expect((await post('/images/generation', { ...body, inputImageId: 'img_none' })).status).toBe(404);
  });

  it('leaves a model failed when its name asks for it', async () => {
    const { post, get, clock, upload, status } = await openWithTrainable();
    const modelID = (await post('/models', { name: 'Ada !fail' })).body.result.id;
    const bytes = await colour(1, 2, 3);
    for (let index = 0; index < 12; index += 1) await upload(bytes, { modelID, type: 'modelInput' });
    await get(`/models/${modelID}/train`);
    clock.pass(1500);
    expect(await status(modelID)).toBe('failed');
  });
});
