/** PhotoGPT as the pipeline knows it: jobs that end by themselves, a list in pages, uploads, and a ledger of it all. */
import type { Chance } from './chance.ts';
import type { Sender } from './errand.ts';
import type { Plan } from './plan.ts';

/** A job at PhotoGPT. Times are in epoch milliseconds of the world's time. */
export type FakeJob = {
  id: string;
  kind: 'image' | 'video';
  /** The prompt names the command. Foreign jobs have prompts of their own. */
  prompt: string;
  foreign: boolean;
  createdAt: number;
  endsAt: number;
  listedAt: number;
  fails: boolean;
  credits: number;
};

/** A request as the fake reads it. */
export type Request = { method: string; path: string; query: URLSearchParams; json: Record<string, unknown> };
/** An answer of the fake. */
export type Answer = { status: number; headers: Record<string, string>; body: unknown };

/** See `createFakeApi`. */
export type FakeApi = ReturnType<typeof createFakeApi>;

/** Returns a PhotoGPT without jobs. `now` is the world's time. Its own clock is ahead of that by `plan.ahead`. */
export function createFakeApi(plan: Plan['api'], now: () => number, chance: Chance) {
  const jobs: FakeJob[] = [];
  const files = new Map<string, number>();
  const calls: (Sender & { at: number; what: string })[] = [];
  let uploads = 0;

  const ok = (result: unknown): Answer => ({ status: 200, headers: {}, body: { status: 'OK', result } });
  const no = (status: number, message: string, headers = {}): Answer => ({
    status,
    headers,
    body: { status: 'NOK', message },
  });
  const byItsClock = (time: number) => new Date(time + plan.ahead).toISOString();

  function create(kind: FakeJob['kind'], prompt: string, foreign = false): FakeJob {
    const lasts = kind === 'image' ? chance.between(3_000, 15_000) : chance.between(15_000, 40_000);
    const job: FakeJob = {
      id: `job-${jobs.length + 1}`,
      kind,
      prompt,
      foreign,
      createdAt: now(),
      endsAt: now() + lasts,
      listedAt: now() + chance.between(0, plan.lag * 1000),
      fails: chance.happens(plan.failing),
      credits: kind === 'image' ? 1 : 10,
    };
    jobs.push(job);
    return job;
  }

  const sighting = (job: FakeJob) => {
    const over = now() >= job.endsAt;
    return {
      jobId: job.id,
      status: over ? (job.fails ? 'failed' : 'success') : 'running',
      credits: job.credits,
      createdAt: byItsClock(job.createdAt),
      updatedAt: byItsClock(Math.min(now(), job.endsAt)),
      ...(over && job.fails && { errorMessage: 'it did not work' }),
    };
  };

  function detail(job: FakeJob) {
    const seen = sighting(job);
    const outputs = seen.status === 'success' ? [{ id: `${job.id}-1`, url: `https://photogpt.test/${job.id}` }] : [];
    const kind = job.kind === 'image' ? { images: outputs } : { videos: outputs };
    return { ...seen, ...kind, ...(plan.echoes && { prompt: job.prompt }) };
  }

  function list(query: URLSearchParams): Answer {
    const start = Date.parse(query.get('start') ?? '') || 0;
    const end = Date.parse(query.get('end') ?? '') || Number.POSITIVE_INFINITY;
    const isAsked = (time: number) => time >= start && time < end;
    const shown = jobs
      .filter(({ createdAt, listedAt }) => listedAt <= now() && isAsked(createdAt + plan.ahead))
      .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
    const token = query.get('pageToken') ?? '';
    const after = shown.findIndex(({ id }) => id === token) + 1;
    const from = plan.shifts ? Number(token) || 0 : after;
    const page = shown.slice(from, from + plan.page);
    const more = from + plan.page < shown.length;
    const next = plan.shifts ? String(from + plan.page) : page.at(-1)?.id;
    return ok({ jobs: page.map(sighting), ...(more && { nextPageToken: next }) });
  }

  function download(id: string, asked: boolean): Answer {
    const readyAt = files.get(id);
    if (asked) {
      if (readyAt === undefined) files.set(id, now() + 2_000);
      return ok('it is being made');
    }
    if (readyAt === undefined) return no(404, 'not found');
    return ok(now() < readyAt ? { status: 'preparing' } : { status: 'ready', url: `https://photogpt.test/${id}.mp4` });
  }

  function answer({ method, path, query, json }: Request): Answer {
    const [, what = '', id = '', verb] = path.split('/');
    if (method === 'POST') return post(path, what, json);
    if (path === '/jobs') return list(query);
    if (what === 'jobs') return read(id);
    if (what === 'videos') return download(id, verb === 'create-download');
    return no(404, 'not found');
  }

  function post(path: string, what: string, json: Request['json']): Answer {
    if (path === '/images/upload') return ok({ id: `up-${++uploads}`, url: 'https://photogpt.test/up' });
    if (!path.endsWith('/generation')) return no(404, 'not found');
    const job = create(what === 'videos' ? 'video' : 'image', String(json.prompt));
    return ok({ jobId: job.id, status: 'created' });
  }

  function read(id: string): Answer {
    const job = jobs.find((each) => each.id === id && each.listedAt <= now());
    return job ? ok(detail(job)) : no(404, 'not found');
  }

  return {
    jobs,
    calls,
    /** Takes effect, and returns the answer. `trouble` is what a front server does instead. */
    handle(request: Request, by: Sender, trouble?: 'busy' | 'broken before' | 'broken after'): Answer {
      const date = { date: new Date(now() + plan.ahead).toUTCString() };
      calls.push({ ...by, at: now(), what: `${request.method} ${request.path}` });
      const stamped = (given: Answer): Answer => ({ ...given, headers: { ...given.headers, ...date } });
      if (trouble === 'busy') return stamped(no(429, 'slow down', chance.happens(0.7) ? { 'retry-after': '5' } : {}));
      if (trouble === 'broken before') return stamped(no(503, 'not now'));
      const given = answer(request);
      return stamped(trouble === 'broken after' ? no(502, 'bad gateway') : given);
    },
    /** Starts a job of another program with the key. */
    foreign: () => create('image', `foreign-${jobs.length}`, true),
  };
}
