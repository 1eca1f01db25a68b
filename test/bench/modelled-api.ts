/** A model of PhotoGPT: its answers at a given time, and a count of calls. It has no sockets and no clock. */
import { firstFrom, type Jobs } from './arrivals.ts';

/**
 * A fault from `from` to `to` (milliseconds): a storm refuses a fraction of the calls with 429, an outage every call
 * with 503.
 */
export type Fault = { from: number; to: number; kind: 'storm' | 'outage' };

/** The settings of the model. */
export type ModelledOptions = {
  jobs: Jobs;
  pageSize?: number;
  /** Milliseconds by which the list lags behind. Single jobs are always up to date. */
  lag?: number;
  faults?: Fault[];
  random: () => number;
  /** The time from which on calls are counted by second. */
  origin: number;
};

/** The kinds of calls. */
export type Route = 'list' | 'job' | 'result' | 'submit';
/** A refused call. */
export type Refusal = { status: 429 | 503; retryAfterSeconds?: number };

/** Fraction of the calls that a storm refuses. */
const stormFraction = 0.8;
/** `Retry-After` of half of them. */
const stormWaitSeconds = 5;

/** The model. */
export type ModelledApi = ReturnType<typeof createModelledApi>;

/** Returns a model of `jobs`. The id of a job has its index in `jobs`: `j17`. All times are epoch milliseconds. */
export function createModelledApi({ jobs, pageSize = 100, lag = 0, faults = [], random, origin }: ModelledOptions) {
  const bySecond = new Map<Route, Map<number, number>>();

  function count(route: Route, now: number): void {
    const second = Math.floor((now - origin) / 1000);
    const counts = bySecond.get(route) ?? new Map<number, number>();
    bySecond.set(route, counts);
    counts.set(second, (counts.get(second) ?? 0) + 1);
  }

  function refusal(now: number): Refusal | undefined {
    const fault = faults.find(({ from, to }) => now >= from && now < to);
    if (!fault || (fault.kind === 'storm' && random() >= stormFraction)) return undefined;
    if (fault.kind === 'outage') return { status: 503 };
    return { status: 429, retryAfterSeconds: random() < 0.5 ? stormWaitSeconds : undefined };
  }

  const endOf = (index: number) => jobs.ended[index] ?? Number.POSITIVE_INFINITY;
  const createdOf = (index: number) => jobs.created[index] ?? 0;

  return {
    jobs,
    pageSize,
    indexOf: (id: string) => Number(id.slice(1)),
    createdOf,
    endOf,
    /** Answers a look at one job. A look at one that has ended counts as fetching its result. */
    job(index: number, now: number): Refusal | { isOver: boolean } {
      const isOver = endOf(index) <= now;
      count(isOver ? 'result' : 'job', now);
      return refusal(now) ?? { isOver };
    },
    /**
     * Answers one page of jobs created between `start` and `end`, newest first: their indexes, and the next page's
     * token.
     */
    page(
      { start, end, pageToken }: { start: number; end: number; pageToken?: string },
      now: number,
    ): Refusal | { from: number; to: number; next?: string } {
      count('list', now);
      const refused = refusal(now);
      if (refused) return refused;
      const newest = firstFrom(jobs, Math.min(now - lag, end + 1)) - 1;
      const from = pageToken === undefined ? newest : Math.min(newest, Number(pageToken.slice(1)));
      const last = firstFrom(jobs, start);
      const to = Math.min(from, Math.max(last - 1, from - pageSize));
      return { from, to, next: to >= last ? `k${to}` : undefined };
    },
    /** Counts a submit. */
    submit: (now: number) => count('submit', now),
    /** Whether the list shows a job as ended. */
    listsAsOver: (index: number, now: number) => endOf(index) <= now - lag,
    /** Returns the calls of the whole `seconds` between two times, by route, and the largest number in one second. */
    calls(from: number, to: number) {
      const first = Math.floor((from - origin) / 1000);
      const last = Math.floor((to - origin) / 1000);
      const total = { seconds: Math.max(0, last - first), list: 0, job: 0, result: 0, submit: 0, busiest: 0 };
      for (let second = first; second < last; second += 1) {
        let here = 0;
        for (const route of ['list', 'job', 'result', 'submit'] as const) {
          const counted = bySecond.get(route)?.get(second) ?? 0;
          total[route] += counted;
          here += counted;
        }
        total.busiest = Math.max(total.busiest, here);
      }
      return total;
    },
  };
}
