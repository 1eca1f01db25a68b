import { describe, expect, it } from 'vitest';
import { faultWords } from '../../../src/sandbox/faults/fault-words.ts';
import { createMovedClock } from '../moved-clock.ts';
import { key, openSandbox, otherKey, picture } from '../open-sandbox.ts';

const say = (word: string) => picture('nanobanana', `a lighthouse ${word} at dusk`);

/**
 * Tries up to four times. Returns a status for each try, `lost` for a cut connection, and the number of jobs started.
 */
async function tries(word: string) {
  const { post, sandbox } = await openSandbox();
  const seen: (number | 'lost')[] = [];
  while (seen.length < 4 && seen.at(-1) !== 200) {
    seen.push(
      await post('/images/generation', say(word)).then(
        ({ status }) => status,
        () => 'lost' as const,
      ),
    );
  }
  return { seen, jobs: sandbox.ledger.jobs().length };
}

describe('a fault', () => {
  it.each([
    ['!refuse', [400, 400, 400, 400], 0],
    ['!credits', [402, 402, 402, 402], 0],
    ['!403', [403, 403, 403, 403], 0],
    ['!conflict', [409, 409, 200], 1],
    ['!429', [429, 429, 200], 1],
    ['!429-bare', [429, 429, 200], 1],
    ['!500', [500, 200], 1],
    ['!500-after', [500, 200], 2],
    ['!502', [502, 200], 1],
    ['!502-after', [502, 200], 2],
    ['!lost-request', ['lost', 200], 1],
    ['!lost-answer', ['lost', 200], 2],
  ])('answers %s with %j and starts %i jobs', async (word, seen, jobs) => {
    expect(await tries(word)).toEqual({ seen, jobs });
  });

  it('gives each fault its headers and body', async () => {
    const { post } = await openSandbox();
    const answer = (word: string) => post('/images/generation', say(word));
    expect((await answer('!429')).headers.get('retry-after')).toBe('2');
    expect((await answer('!429-bare')).headers.get('retry-after')).toBeNull();
    expect((await answer('!502')).body).toMatch(/^<!doctype html>/);
    expect((await answer('!403')).body).toBe('error code: 1010');
    expect((await answer('!credits')).body).toMatchObject({ status: 'NOK', message: 'insufficient credits' });
  });

  it('repeats a fault after the same words got through once', async () => {
    const { post } = await openSandbox();
    const statuses: number[] = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await post('/images/generation', say('!500'))).status);
    expect(statuses).toEqual([500, 200, 500, 200]);
  });

  it('takes whole words only', async () => {
    const { post } = await openSandbox();
    for (const prompt of ['wow!fail', '!failure', 'stop!']) {
      expect((await post('/images/generation', picture('nanobanana', prompt))).status).toBe(200);
    }
  });

  it.each([
    ['!fail', { status: 'failed', error: expect.stringContaining('could not') }],
    ['!empty', { status: 'success', images: [] }],
    ['!odd-status', { status: 'finished', images: [{}] }],
    ['!stuck', { status: 'running' }],
  ])('ends a job with %s by its meaning', async (word, shown) => {
    const { finished, get } = await openSandbox();
    const job = await finished('/images/generation', say(word));
    expect(job).toMatchObject(shown);
    const [listed] = (await get('/jobs')).body.result.jobs;
    expect([listed.status, listed.errorMessage]).toEqual([job.status, job.error ?? '']);
  });

  it('fails once with !fail-once', async () => {
    const { finished } = await openSandbox();
    expect((await finished('/images/generation', say('!fail-once'))).status).toBe('failed');
    expect((await finished('/images/generation', say('!fail-once'))).status).toBe('success');
  });

  it('leaves out optional fields with !sparse', async () => {
    const { finished, get } = await openSandbox();
    const job = await finished('/images/generation', say('!sparse'));
    expect(job).toEqual({
      jobId: job.jobId,
      status: 'success',
      images: [{ id: expect.any(String), url: expect.any(String) }],
    });
    expect((await get('/jobs')).body.result.jobs).toEqual([{ jobId: job.jobId, status: 'success' }]);
  });

  it('takes ten times as long with !slow', async () => {
    const ended = async (prompt: string) => {
      const { post, sandbox, clock } = await openSandbox();
      await post('/images/generation', picture('nanobanana', prompt));
      return (sandbox.ledger.jobs()[0]?.timeline.ended ?? 0) - clock.now();
    };
    expect((await ended('a fox !slow')) / (await ended('a fox'))).toBeCloseTo(10, 5);
  });

  it('gives no answer and starts the job late with !late', async () => {
    const { sandbox, get, clock, headers } = await openSandbox();
    const gaveUp = new AbortController();
    const request = fetch(`${sandbox.url}/images/generation`, {
      method: 'POST',
      headers: headers(key),
      body: JSON.stringify(say('!late')),
      signal: gaveUp.signal,
    });
    const lost = expect(request).rejects.toThrow();
    await expect.poll(() => clock.sleepers()).toBe(1);
    gaveUp.abort();
    await lost;
    const jobs = async () => (await get('/jobs')).body.result.jobs;
    expect(await jobs()).toEqual([]);
    clock.pass(20);
    expect(await jobs()).toMatchObject([{ status: 'created' }]);
  });

  it('cuts off a client that never gives up', async () => {
    const { post, clock } = await openSandbox();
    const lost = expect(post('/images/generation', say('!late'))).rejects.toThrow();
    await expect.poll(() => clock.sleepers()).toBe(1);
    clock.pass(600);
    await lost;
  });

  it('applies a rule for its number of requests or its seconds', async () => {
    const { sandbox, get, clock } = await openSandbox();
    sandbox.faults.add({ match: { operation: 'listJobs' }, fault: { answer: { status: 429 } }, times: 2 });
    sandbox.faults.add({ match: { path: '/models', key }, fault: '!502', seconds: 30 });
    expect([(await get('/jobs')).status, (await get('/jobs')).status, (await get('/jobs')).status]).toEqual([
      429, 429, 200,
    ]);
    expect([
      (await get('/models')).status,
      (await get('/models', otherKey)).status,
      (await get('/ping')).status,
    ]).toEqual([502, 200, 200]);
    clock.pass(30);
    expect((await get('/models')).status).toBe(200);
  });

  it('can be down for all keys for a while', async () => {
    const { sandbox, get, clock } = await openSandbox();
    sandbox.faults.add({ fault: { answer: 'drop' }, seconds: 60 });
    await expect(get('/ping')).rejects.toThrow();
    await expect(get('/jobs', otherKey)).rejects.toThrow();
    clock.pass(60);
    expect((await get('/ping')).status).toBe(200);
  });

  it('can answer slowly', async () => {
    const clock = createMovedClock();
    const { sandbox, get } = await openSandbox({ clock });
    sandbox.faults.add({ fault: { latency: 5000 } });
    const answer = get('/ping');
    await expect.poll(() => clock.sleepers()).toBe(1);
    clock.pass(5);
    expect((await answer).status).toBe(200);
  });

  it('can lose results', async () => {
    const { sandbox, finished } = await openSandbox();
    const { url } = (await finished('/images/generation', picture())).images[0];
    sandbox.faults.add({ match: { operation: 'media' }, fault: { answer: { status: 404 } }, times: 1 });
    sandbox.faults.add({ match: { operation: 'media' }, fault: { answer: 'drop' }, times: 1 });
    expect((await fetch(url)).status).toBe(404);
    await expect(fetch(url)).rejects.toThrow();
    expect((await fetch(url)).status).toBe(200);
  });

  it('has one meaning for every word', () => {
    const words = faultWords.map(({ word }) => word);
    expect(new Set(words).size).toBe(words.length);
    for (const { word, meaning } of faultWords)
      expect([/^![\w-]+$/.test(word), meaning.length > 5]).toEqual([true, true]);
  });
});
