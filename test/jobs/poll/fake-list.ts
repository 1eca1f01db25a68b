/** Fakes PhotoGPT for polling, in memory and in virtual time: jobs that come and end, their list, and a count of calls. */

import type { AllowanceRates } from '../../../src/jobs/poll/call-allowance.ts';
import { createLearnedDurations } from '../../../src/jobs/poll/durations-store.ts';
import { createFinish } from '../../../src/jobs/poll/finish.ts';
import { createPoll } from '../../../src/jobs/poll/poll.ts';
import { logTo } from '../../../src/log.ts';
import { PhotoGPTError } from '../../../src/photogpt/error.ts';
import { createRandom } from '../../../src/sandbox/studio/random.ts';

type Fake = { number: number; jobId: string; model: string; created: number; ends: number; found?: number };

/** Pictures, slower pictures, videos and very long videos: their part of all jobs, and their usual seconds. */
const mix = [
  { model: 'quick', part: 0.6, usual: 6 },
  { model: 'fine', part: 0.25, usual: 25 },
  { model: 'video', part: 0.13, usual: 120 },
  { model: 'film', part: 0.02, usual: 420 },
];
/** Mean seconds of a job of the mix. */
export const meanSeconds = mix.reduce((sum, { part, usual }) => sum + part * usual * Math.exp(0.4 ** 2 / 2), 0);

/** Draws a kind of job, and the seconds that it takes: log-normal around its usual time. */
export function drawn(next: () => number) {
  let pick = next();
  const kind = mix.find(({ part }) => {
    pick -= part;
    return pick < 0;
  }) ?? { model: 'quick', usual: 6 };
  const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return { kind, lasts: kind.usual * Math.exp(0.4 * normal) };
}

/** How the fake behaves. Times are in seconds from the start. */
export type FakeSettings = {
  /** Jobs in flight on average. */
  inFlight: number;
  pageSize?: number;
  order?: 'newest' | 'oldest' | 'none';
  /** Whether the list keeps to `end`. */
  window?: boolean;
  /** The meaning of a page token: a job, or a number of rows from the top. */
  tokens?: 'job' | 'offset';
  allowance?: AllowanceRates;
  seed?: string;
  /** Seconds by which PhotoGPT's clock is ahead of the database's. */
  ahead?: number;
  /** Returns by how many seconds our own clock is ahead of the database's. */
  ours?(second: number): number;
  /** Returns how long models take, as a part of their usual time. */
  slowness?(second: number): number;
  /** Returns whether PhotoGPT answers. */
  answers?(second: number): boolean;
};

/** Seconds between two steps of polling. */
const tick = 0.25;
/** Seconds of a call, there and back. */
const trip = 0.2;

/** Polls for `seconds` of virtual time. Returns delays and calls, counted from `from` on. Delays are in seconds. */
export async function simulate(settings: FakeSettings, seconds: number, from = seconds / 4) {
  const { inFlight, pageSize = 100, order = 'newest', window = true, tokens = 'job', ahead = 0 } = settings;
  const { next } = createRandom(settings.seed ?? 'sweep');
  const start = Date.parse('2026-03-04T10:00:00Z');
  let now = start;
  const jobs: Fake[] = [];
  const byId = new Map<string, Fake>();
  const running = new Map<string, Fake>();
  const calls = { listJobs: 0, getJob: 0 };
  let refused = 0;
  const theirs = () => now + ahead * 1000;

  /** Adds a job that came `ago` milliseconds ago. */
  function arrive(ago: number): void {
    const { kind, lasts: usually } = drawn(next);
    const lasts = usually * (settings.slowness?.((now - start) / 1000) ?? 1) * 1000;
    const number = jobs.length + 1;
    const fake = {
      number,
      jobId: `job_${number}`,
      model: kind.model,
      created: theirs() - ago,
      ends: theirs() - ago + lasts,
    };
    jobs.push(fake);
    byId.set(fake.jobId, fake);
    running.set(fake.jobId, fake);
  }

  const statusOf = ({ ends }: Fake) => (ends <= theirs() ? ('success' as const) : ('running' as const));
  const shown = (fake: Fake) => ({
    jobId: fake.jobId,
    status: statusOf(fake),
    rawStatus: '',
    error: undefined,
    credits: 1,
    createdAt: fake.created,
    updatedAt: Math.min(fake.ends, theirs()),
  });
  function mustAnswer(): void {
    if (settings.answers?.((now - start) / 1000) ?? true) return;
    refused += 1;
    throw new PhotoGPTError({ operation: 'any', verdict: 'broken', reason: 'server', message: 'down', err: '' });
  }
  const upTo = (time: number) => {
    let [low, high] = [0, jobs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((jobs[middle]?.created ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const api = {
    async listJobs({ start: first = 0, end, pageToken }: { start?: number; end?: number; pageToken?: string } = {}) {
      calls.listJobs += 1;
      mustAnswer();
      const low = upTo(first - 0.001);
      const high = window && end !== undefined ? upTo(end) : jobs.length;
      const at = pageToken ? Number(pageToken) : undefined;
      const page: Fake[] = [];
      let token: string | undefined;
      if (order === 'oldest') {
        const begin = at ?? low;
        page.push(...jobs.slice(begin, begin + pageSize));
        if (begin + pageSize < jobs.length) token = String(begin + pageSize);
      } else {
        const begin = at === undefined ? high : tokens === 'job' ? at : jobs.length - at;
        page.push(...jobs.slice(Math.max(low, begin - pageSize), begin).reverse());
        if (begin - pageSize > low) token = String(tokens === 'job' ? begin - pageSize : (at ?? 0) + pageSize);
      }
      if (order === 'none') page.sort((one, other) => one.jobId.localeCompare(other.jobId));
      return { jobs: page.map(shown), nextPageToken: token, serverTime: Math.floor(theirs() / 1000) * 1000 };
    },
    async getJob({ id }: { id: string }) {
      calls.getJob += 1;
      mustAnswer();
      const fake = byId.get(id);
      if (!fake) throw new Error('no such job');
      const images = statusOf(fake) === 'success' ? [{ id: 'i', url: 'u' }] : [];
      return { ...shown(fake), modelId: fake.model, images, videos: [], prompt: undefined, seed: undefined };
    },
  };

  let pausedUntil = 0;
  let longestQuiet = 0;
  const delays: { model: string; second: number; delay: number }[] = [];
  const ours = () => (settings.ours?.((now - start) / 1000) ?? 0) * 1000;
  const clock = { now: () => now + ours(), sleep: () => new Promise<void>(() => {}) };
  const usual = new Map(mix.map(({ model, usual: known }) => [model, known * 1.3]));
  const learnedDurations = createLearnedDurations({} as never, (model) => usual.get(model) ?? 10);
  const finish = createFinish({
    api: api as never,
    transitions: {
      async ended(ends) {
        for (const { id } of ends) {
          const fake = jobs[id - 1];
          if (!fake || fake.found !== undefined) continue;
          fake.found = theirs() + trip * 1000;
          running.delete(fake.jobId);
          delays.push({
            model: fake.model,
            second: (now - start) / 1000,
            delay: (fake.found - fake.ends) / 1000 + trip,
          });
        }
        return ends.map(() => true);
      },
    },
    learnedDurations,
    log: logTo({ write: () => {} }),
  });
  const poll = createPoll({
    api: api as never,
    apiKeyStore: {
      bearings: async () => ({ now, lastEnd: undefined }),
      running: async ({ at, id }, limit) => {
        const since = at === '-infinity' ? Number.NEGATIVE_INFINITY : Date.parse(at);
        const rows: { id: number; remoteId: string; model: string; submittedAt: number; at: string }[] = [];
        for (const fake of running.values()) {
          const made = fake.created - ahead * 1000;
          if (made < since || (made === since && fake.number <= id)) continue;
          const submittedAt = made + trip * 1000;
          rows.push({
            id: fake.number,
            remoteId: fake.jobId,
            model: fake.model,
            submittedAt,
            at: new Date(made).toISOString(),
          });
          if (rows.length === limit) break;
        }
        return rows;
      },
      state: async () => ({
        firstSeenAt: new Date(start),
        foreign: false,
        pausedForMs: Math.max(0, pausedUntil - now),
      }),
      pause: (async (wait: number) => {
        longestQuiet = Math.max(longestQuiet, wait);
        pausedUntil = Math.max(pausedUntil, now + wait);
      }) as never,
      capabilities: async () => ({}),
      learned: async () => {},
    },
    learnedDurations,
    finish,
    clock,
    random: next,
    log: logTo({ write: () => {} }),
    allowance: settings.allowance,
  });

  const signal = new AbortController().signal;
  const rate = inFlight / meanSeconds;
  let owed = 0;
  let counted = { calls: 0, ended: 0 };
  const perSecond: number[] = [];
  let before = 0;
  for (let step = 0; step < seconds / tick; step += 1) {
    now += tick * 1000;
    for (owed += rate * tick; owed >= 1 || (inFlight < 2 && running.size === 0); owed -= 1)
      arrive(Math.round((Math.max(0, owed - 1) / rate) * 1000 * 0.99));
    await poll.step(signal);
    const made = calls.listJobs + calls.getJob;
    if (step % 4 === 0) {
      perSecond.push(made - before);
      before = made;
    }
    if (step * tick <= from) counted = { calls: made, ended: delays.length };
  }
  const late = delays
    .filter(({ second }) => second > from)
    .map(({ delay }) => delay)
    .sort((a, b) => a - b);
  const at = (part: number) => late[Math.floor(late.length * part)] ?? Number.NaN;
  const ended = delays.length - counted.ended;
  const made = calls.listJobs + calls.getJob - counted.calls;
  return {
    ended,
    left: running.size,
    mean: late.reduce((sum, delay) => sum + delay, 0) / late.length,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    /** Calls for each job, with the one that starts it. */
    callsPerJob: 1 + made / ended,
    extraPerSecond: (made - ended) / (seconds - from),
    calls: { ...calls },
    perSecond,
    delays,
    longestQuiet,
    refused,
  };
}
