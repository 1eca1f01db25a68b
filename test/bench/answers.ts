/** The modelled API as methods of the client, and as HTTP answers. */
import type { PhotoGPT } from '../../src/photogpt/client.ts';
import { createPhotoGPT } from '../../src/photogpt/client.ts';
import { PhotoGPTError } from '../../src/photogpt/error.ts';
import type { ModelledApi, Refusal } from './modelled-api.ts';
import type { createVirtualClock } from './virtual-clock.ts';

type VirtualClock = ReturnType<typeof createVirtualClock>;

/** The range of a round trip, in milliseconds. */
export type Travel = readonly [from: number, to: number];
/** The range of a round trip to the real API. */
export const usualTravel: Travel = [150, 300];
/** Returns the milliseconds of one round trip. */
export const roundTrip = (random: () => number, [from, to]: Travel = usualTravel) => from + (to - from) * random();

const isRefusal = (answer: object): answer is Refusal => 'status' in answer;

function thrown(operation: string, { status, retryAfterSeconds }: Refusal): PhotoGPTError {
  const judged =
    status === 429
      ? ({ verdict: 'busy', reason: 'rate' } as const)
      : ({ verdict: 'broken', reason: 'server' } as const);
  const waitMs = retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1000;
  return new PhotoGPTError({
    ...judged,
    operation,
    message: 'no',
    err: `HTTP ${status}`,
    status,
    retryAfterMs: waitMs,
  });
}

/** Returns the two methods that polling calls, without HTTP: for runs of a hundred thousand calls. */
export function asMethods(model: ModelledApi, clock: VirtualClock, random: () => number, travel: Travel): PhotoGPT {
  /** Returns the model's answer in the middle of a round trip. */
  async function travelling<T extends object>(operation: string, ask: () => T | Refusal): Promise<T> {
    const time = roundTrip(random, travel);
    await clock.sleep(time / 2);
    const answer = ask();
    await clock.sleep(time / 2);
    if (isRefusal(answer)) throw thrown(operation, answer);
    return answer;
  }

  const some: Pick<PhotoGPT, 'listJobs' | 'getJob'> = {
    async listJobs({ start = 0, end = Number.POSITIVE_INFINITY, pageToken } = {}) {
      let asked = 0;
      const page = await travelling('listJobs', () => {
        asked = clock.now();
        return model.page({ start, end, pageToken }, asked);
      });
      const jobs: Awaited<ReturnType<PhotoGPT['listJobs']>>['jobs'] = [];
      for (let index = page.from; index > page.to; index -= 1) {
        const isOver = model.listsAsOver(index, asked);
        const createdAt = model.createdOf(index);
        const updatedAt = isOver ? model.endOf(index) : createdAt;
        const [status, rawStatus] = isOver ? (['success', 'success'] as const) : (['running', 'running'] as const);
        jobs.push({ jobId: `j${index}`, status, rawStatus, credits: 10, createdAt, updatedAt, error: undefined });
      }
      return { jobs, nextPageToken: page.next, serverTime: asked };
    },
    async getJob({ id }) {
      const index = model.indexOf(id);
      const { isOver } = await travelling('getJob', () => model.job(index, clock.now()));
      const status = isOver ? 'success' : 'running';
      const images = isOver ? [{ id: `i${index}`, url: `https://media.test/${index}` }] : [];
      return {
        jobId: id,
        status,
        rawStatus: status,
        images,
        videos: [],
        credits: undefined,
        error: undefined,
        createdAt: model.createdOf(index),
        updatedAt: undefined,
        modelId: undefined,
        prompt: undefined,
        seed: undefined,
      };
    },
  };
  // Polling calls nothing else. Any other call fails at once.
  return some as PhotoGPT;
}

const date = (time: number) => new Date(time).toISOString();
const ok = (result: unknown) => ({ status: 200, body: JSON.stringify({ status: 'OK', result }) });

type HttpAnswer = { status: number; body: string; retryAfterSeconds?: number };

const refused = ({ status, retryAfterSeconds }: Refusal): HttpAnswer => ({
  status,
  retryAfterSeconds,
  body: JSON.stringify({ status: 'NOK', message: 'no', err: 'no' }),
});

/** Returns the answer of an HTTP server to `GET path`. Undefined for unknown paths. */
export function answerOf(model: ModelledApi, url: URL, now: number): HttpAnswer | undefined {
  const jobId = /\/jobs\/(j\d+)$/.exec(url.pathname)?.[1];
  if (jobId) return jobAnswer(model, jobId, url.origin, now);
  return url.pathname.endsWith('/jobs') ? listAnswer(model, url.searchParams, now) : undefined;
}

function jobAnswer(model: ModelledApi, jobId: string, origin: string, now: number): HttpAnswer {
  const index = model.indexOf(jobId);
  const answer = model.job(index, now);
  if (isRefusal(answer)) return refused(answer);
  const images = answer.isOver ? { images: [{ id: `i${index}`, url: `${origin}/media/i${index}` }] } : {};
  const status = answer.isOver ? 'success' : 'running';
  return ok({ jobId, status, createdAt: date(model.createdOf(index)), modelId: 'nanobanana-2', ...images });
}

function listAnswer(model: ModelledApi, query: URLSearchParams, now: number): HttpAnswer {
  const time = (name: string, otherwise: number) => Date.parse(query.get(name) ?? '') || otherwise;
  const window = { start: time('start', 0), end: time('end', Number.POSITIVE_INFINITY) };
  const page = model.page({ ...window, pageToken: query.get('pageToken') ?? undefined }, now);
  if (isRefusal(page)) return refused(page);
  const jobs = [];
  for (let index = page.from; index > page.to; index -= 1) {
    const isOver = model.listsAsOver(index, now);
    const status = isOver ? 'success' : 'running';
    const createdAt = date(model.createdOf(index));
    const updatedAt = isOver ? date(model.endOf(index)) : createdAt;
    jobs.push({ jobId: `j${index}`, status, credits: 10, errorMessage: '', createdAt, updatedAt });
  }
  return ok({ jobs, nextPageToken: page.next ?? '' });
}

/**
 * Returns the bot's own client over answers of the model, with its retries: for runs in which calls fail. It reads
 * bodies in turns of the event loop that no clock sees, so `busy` tells the clock to wait for it.
 */
export function asClient(model: ModelledApi, clock: VirtualClock, random: () => number, travel: Travel): PhotoGPT {
  async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    clock.busy(-1);
    await clock.sleep(milliseconds, signal);
    clock.busy(1);
  }
  const api = createPhotoGPT({
    key: 'bench',
    baseUrl: 'https://photogpt.test/api',
    clock: { now: clock.now, sleep },
    random,
    fetch: async (url) => {
      const time = roundTrip(random, travel);
      await sleep(time / 2);
      const answer = answerOf(model, new URL(String(url)), clock.now());
      await sleep(time / 2);
      const headers = new Headers({ 'content-type': 'application/json', date: new Date(clock.now()).toUTCString() });
      if (answer?.retryAfterSeconds !== undefined) headers.set('retry-after', String(answer.retryAfterSeconds));
      return new Response(answer?.body ?? '{}', { status: answer?.status ?? 404, headers });
    },
  });
  async function busily<T>(work: () => Promise<T>): Promise<T> {
    clock.busy(1);
    try {
      return await work();
    } finally {
      clock.busy(-1);
    }
  }
  return {
    ...api,
    listJobs: (input, options) => busily(() => api.listJobs(input, options)),
    getJob: (input, options) => busily(() => api.getJob(input, options)),
  };
}
