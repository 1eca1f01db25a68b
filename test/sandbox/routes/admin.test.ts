import { describe, expect, it } from 'vitest';
import { key, openSandbox, picture } from '../open-sandbox.ts';

const json = { 'Content-Type': 'application/json' };

describe('the admin routes', () => {
  it('sets and removes faults over HTTP', async () => {
    const { send, admin, get } = await openSandbox();
    const rule = { match: { operation: 'ping' }, fault: { answer: { status: 503, body: 'down' } }, times: 1 };
    expect((await send(admin('/faults'), { method: 'POST', headers: json, body: JSON.stringify(rule) })).status).toBe(
      200,
    );
    expect((await send(admin('/faults'), {})).body).toMatchObject({ rules: [rule], words: expect.any(Array) });
    expect(await get('/ping')).toMatchObject({ status: 503, body: 'down' });
    expect((await get('/ping')).status).toBe(200);

    await send(admin('/faults'), { method: 'POST', headers: json, body: '{"fault":"!403"}' });
    expect((await get('/ping')).status).toBe(403);
    await send(admin('/faults'), { method: 'DELETE' });
    expect((await get('/ping')).status).toBe(200);
    expect((await send(admin('/list'), { method: 'POST', headers: json, body: '{"lagSeconds":9}' })).body).toEqual({
      lagSeconds: 9,
      pageShift: 0,
    });
  });

  it('refuses unknown rules', async () => {
    const { send, admin } = await openSandbox();
    for (const body of [
      '{',
      '{"fault":{"anwser":"drop"}}',
      '{"fault":"!nonsense"}',
      '{"match":{"operation":"pong"},"fault":{}}',
    ]) {
      expect((await send(admin('/faults'), { method: 'POST', headers: json, body })).status).toBe(400);
    }
  });

  it('refuses other machines and pages in a browser', async () => {
    const { send, admin } = await openSandbox();
    expect((await send(admin('/ledger'), { headers: { 'X-Forwarded-For': '203.0.113.9' } })).status).toBe(403);
    expect((await send(admin('/ledger'), { headers: { Forwarded: 'for=203.0.113.9' } })).status).toBe(403);
    const body = '{"fault":"!500"}';
    expect(
      (await send(admin('/faults'), { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body })).status,
    ).toBe(415);
  });

  it('shows each job with its request, and the number of requests', async () => {
    const { post, get, send, admin, sandbox, clock } = await openSandbox();
    const { jobId } = (await post('/images/generation', { ...picture(), numImages: 2 })).body.result;
    await get(`/jobs/${jobId}`);
    await get('/jobs/none');
    const [job] = sandbox.ledger.jobs();
    expect(job).toMatchObject({
      jobId,
      kind: 'image',
      key,
      modelID: 'nanobanana',
      prompt: 'a lighthouse at dusk',
      credits: 20,
      timeline: { created: clock.now() },
      request: {
        method: 'POST',
        path: '/images/generation',
        body: { ...picture(), numImages: 2 },
        time: clock.now(),
        key,
        status: 200,
      },
    });
    expect(sandbox.ledger.requests()).toEqual({
      generateImage: { calls: 1, statuses: { 200: 1 } },
      getJob: { calls: 2, statuses: { 200: 1, 404: 1 } },
    });
    const { body } = await send(admin('/ledger'), {});
    expect(body.jobs).toMatchObject([{ jobId }]);
    expect(body.recent).toHaveLength(3);
  });

  it('shows a cut connection with status 0', async () => {
    const { post, sandbox } = await openSandbox();
    await post('/images/generation', picture('nanobanana', 'x !lost-answer')).catch(() => undefined);
    expect(sandbox.ledger.recent()).toMatchObject([{ operation: 'generateImage', status: 0, faulty: true }]);
    expect(sandbox.ledger.jobs()).toHaveLength(1);
  });
});
