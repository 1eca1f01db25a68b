import { describe, expect, it } from 'vitest';
import { openSandbox, picture } from '../open-sandbox.ts';

const day = 86_400;
const iso = (time: number) => new Date(time).toISOString();

async function openWithJobs(count: number, guesses = {}) {
  const opened = await openSandbox({ guesses });
  const start = async () => (await opened.post('/images/generation', picture())).body.result.jobId;
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    ids.unshift(await start());
    opened.clock.pass(1);
  }
  const page = async (query = '') => (await opened.get(`/jobs${query}`)).body.result;
  const idsOf = ({ jobs }: { jobs: { jobId: string }[] }) => jobs.map(({ jobId }) => jobId);
  return { ...opened, start, ids, page, idsOf };
}

describe('the job list', () => {
  it('lists jobs newest first, without outputs or prompts', async () => {
    const { ids, page, idsOf } = await openWithJobs(3);
    const list = await page();
    expect(idsOf(list)).toEqual(ids);
    expect(Object.keys(list.jobs[0]).sort()).toEqual([
      'createdAt',
      'credits',
      'errorMessage',
      'jobId',
      'status',
      'updatedAt',
    ]);
    expect(list.nextPageToken).toBe('');
  });

  it('shows every job once across pages while new ones arrive', async () => {
    const { ids, page, idsOf, start } = await openWithJobs(7, { jobsPerPage: 3 });
    const seen: string[] = [];
    let token = '';
    do {
      const list = await page(token && `?pageToken=${token}`);
      expect(list.jobs.length).toBeLessThanOrEqual(3);
      seen.push(...idsOf(list));
      token = list.nextPageToken;
      await start();
    } while (token);
    expect(seen).toEqual(ids);
  });

  it('covers 24 hours by default and up to 7 days on request', async () => {
    const { ids, page, idsOf, clock, get } = await openWithJobs(1);
    clock.pass(2 * day);
    expect(idsOf(await page())).toEqual([]);
    const now = clock.now();
    expect(idsOf(await page(`?start=${iso(now - 3 * day * 1000)}`))).toEqual(ids);
    expect(idsOf(await page(`?start=${iso(now - 7 * day * 1000)}&end=${iso(now)}`))).toEqual(ids);
    expect(idsOf(await page(`?end=${iso(now - 3 * day * 1000)}`))).toEqual([]);
    for (const query of [
      `start=${iso(now - 8 * day * 1000)}`,
      'start=yesterday',
      `start=${iso(now)}&end=${iso(now - 1)}`,
      'pageToken=x',
    ]) {
      expect(await get(`/jobs?${query}`)).toMatchObject({ status: 400, body: { status: 'NOK' } });
    }
  });

  it('can lag behind and shift between pages', async () => {
    const { ids, page, idsOf, sandbox, clock } = await openWithJobs(5, { jobsPerPage: 2 });
    const second = async () => idsOf(await page(`?pageToken=${(await page()).nextPageToken}`));
    expect(await second()).toEqual(ids.slice(2, 4));
    sandbox.faults.setList({ pageShift: 1 });
    expect(await second()).toEqual(ids.slice(1, 3));
    sandbox.faults.setList({ pageShift: -1 });
    expect(await second()).toEqual(ids.slice(3, 5));
    sandbox.faults.setList({ lagSeconds: 4 });
    expect(idsOf(await page())).toEqual(ids.slice(3));
    clock.pass(10);
    expect(idsOf(await page())).toEqual(ids.slice(0, 2));
  });

  it('drops the oldest jobs with their pictures beyond the limit', async () => {
    const { ids, page, idsOf, get, sandbox } = await openWithJobs(5, { jobsKept: 3 });
    expect(idsOf(await page())).toEqual(ids.slice(0, 3));
    expect((await get(`/jobs/${ids[4]}`)).status).toBe(404);
    expect(sandbox.ledger.jobs()).toHaveLength(3);
  });
});
