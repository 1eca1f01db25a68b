import { describe, expect, it } from 'vitest';
import { key, openSandbox, otherKey, picture } from '../open-sandbox.ts';

describe('the API of the sandbox', () => {
  it('answers ping without a result', async () => {
    const { get } = await openSandbox();
    expect((await get('/ping')).body).toEqual({ status: 'OK', message: 'pong!' });
  });

  it('requires a known key and the version on every route', async () => {
    const { send, headers } = await openSandbox();
    for (const path of ['/ping', '/models', '/jobs', '/presets', '/videos']) {
      const without = await send(path, { headers: { 'API-Version': '1' } });
      expect([without.status, without.body.status, without.body.result]).toEqual([401, 'NOK', null]);
      expect((await send(path, { headers: headers('nobody') })).status).toBe(401);
      const unversioned = await send(path, { headers: { Authorization: `Bearer ${key}` } });
      expect([unversioned.status, unversioned.body.message]).toEqual([400, 'The header API-Version: 1 is required']);
    }
  });

  it('answers 404 in the envelope for an unknown route', async () => {
    const { get, sandbox } = await openSandbox();
    expect(await get('/elements')).toMatchObject({ status: 404, body: { status: 'NOK', result: null } });
    expect(sandbox.ledger.requests().unknown).toEqual({ calls: 1, statuses: { 404: 1 } });
  });

  it('answers 400 for a body that is no JSON', async () => {
    const { post } = await openSandbox();
    expect(await post('/images/generation', '{"modelID":')).toMatchObject({
      status: 400,
      body: { message: 'The body is not valid JSON' },
    });
  });

  it('hides the things of one key from another', async () => {
    const { get, post, remove, finished, modelOf } = await openSandbox();
    const job = await finished('/images/generation', picture());
    const model = await modelOf();
    for (const path of [`/jobs/${job.jobId}`, `/images/${job.images[0].id}`, `/models/${model}`]) {
      expect((await get(path)).status).toBe(200);
      expect((await get(path, otherKey)).status).toBe(404);
    }
    expect((await remove(`/images/${job.images[0].id}`, otherKey)).status).toBe(404);
    expect((await post('/images/upscaling', { imageID: job.images[0].id }, otherKey)).status).toBe(404);
    expect((await get('/jobs', otherKey)).body.result.jobs).toEqual([]);
    expect((await get('/models', otherKey)).body.result).toEqual([]);
  });

  it('has its own time in the Date header', async () => {
    const { get, clock } = await openSandbox();
    clock.pass(3600);
    expect(Date.parse((await get('/ping')).headers.get('date') ?? '')).toBe(clock.now());
  });

  it('lists presets whose tags generation takes', async () => {
    const { get, post } = await openSandbox();
    const presets = (await get('/presets')).body.result;
    expect(presets.map(({ tag }: { tag: string }) => tag)).toContain('editorial');
    expect((await post('/images/generation', { ...picture(), preset: 'editorial' })).status).toBe(200);
    expect((await post('/images/generation', { ...picture(), preset: 'nonsense' })).body.message).toContain('nonsense');
  });
});
