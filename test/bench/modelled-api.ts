/** PhotoGPT as a model: what it would answer at a given time, and how often it was asked. No sockets, no clock of its own. */
import { firstFrom, type Jobs } from './arrivals.ts';

/** From `from` to `to` (milliseconds) a share of the calls is refused with 429, or every call with 503. */
export type Fault = { from: number; to: number; kind: 'storm' | 'outage' };

export type ModelledOptions = {
  jobs: Jobs;
  pageSize?: number;
  /** The list knows what happened so many milliseconds ago; single jobs are always up to date. */
  lag?: number;
  faults?: Fault[];
  random: () => number;
  /** Calls are counted by second from here on. */
  origin: number;
};

export type Route = 'list' | 'job' | 'result' | 'submit';
export type Refusal = { status: 429 | 503; retryAfter?: number };

/** In a storm that many of the calls are refused, half of them with a number of seconds to wait. */
const stormShare = 0.8;
const stormWait = 5;

export type ModelledApi = ReturnType<typeof createModelledApi>;

/** Jobs are named by their place in `jobs`: `j17`. Times are epoch milliseconds throughout. */
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
    if (!fault || (fault.kind === 'storm' && random() >= stormShare)) return undefined;
    if (fault.kind === 'outage') return { status: 503 };
    return { status: 429, retryAfter: random() < 0.5 ? stormWait : undefined };
  }

  const endOf = (index: number) => jobs.ended[index] ?? Number.POSITIVE_INFINITY;
  const createdOf = (index: number) => jobs.created[index] ?? 0;

  return {
    jobs,
    pageSize,
    indexOf: (id: string) => Number(id.slice(1)),
    createdOf,
    endOf,
    /** One look at one job. Fetching the outputs of one that ended is counted as a result, not as a look. */
    job(index: number, now: number): Refusal | { isOver: boolean } {
      const isOver = endOf(index) <= now;
      count(isOver ? 'result' : 'job', now);
      return refusal(now) ?? { isOver };
    },
    /** One page of what was made between `start` and `end`, newest first: places in `jobs`, and the token of the next. */
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
    /** Somebody asked for a job. */
    submit: (now: number) => count('submit', now),
    /** Whether the list shows it as ended. */
    listsAsOver: (index: number, now: number) => endOf(index) <= now - lag,
    /** Calls of the whole `seconds` between two times, by route, and the most in any one of them. */
    calls(from: number, to: number) {
      const [first, last] = [Math.floor((from - origin) / 1000), Math.floor((to - origin) / 1000)];
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
