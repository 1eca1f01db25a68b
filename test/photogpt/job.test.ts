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
  ])('reads %s as %s and keeps the word', async (word, status) => {
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
  it('has its error from either field, in detail and in the list', async () => {
    for (const field of ['error', 'errorMessage']) {
      expect(await jobFrom({ status: 'failed', [field]: 'no faces' })).toMatchObject({ error: 'no faces' });
      expect(await listed({ status: 'failed', [field]: 'no faces' })).toMatchObject({ error: 'no faces' });
    }
  });

  it('has its model from either spelling', async () => {
    expect(await jobFrom({ modelId: 'm1' })).toMatchObject({ modelId: 'm1' });
    expect(await jobFrom({ modelId: '', modelID: 'm2' })).toMatchObject({ modelId: 'm2' });
  });

  it('keeps an echoed prompt and seed', async () => {
    expect(await jobFrom({ prompt: 'a fox', seed: 7 })).toMatchObject({ prompt: 'a fox', seed: 7 });
  });

  it('has epoch milliseconds for times, and undefined for the zero time', async () => {
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
  ])('with credits %s costs %s', async (credits, cost) => {
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
    'is unreadable when its id is %j, and the error names the job',
    async (jobId) => {
      const api = await answering({ jobs: [{ jobId: 'j1' }, { jobId, status: 'running' }] });
      await expect(api.listJobs()).rejects.toMatchObject({
        verdict: 'broken',
        reason: 'unreadable',
        err: expect.stringContaining('result.jobs[1].jobId'),
      });
    },
  );

  it('comes in a page with the next token and the time of the server', async () => {
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

  it('has empty lists of outputs for null', async () => {
    expect(await jobFrom({ images: null, status: 'success' })).toMatchObject({ images: [], videos: [] });
  });
});
