/**
 * The API rate: how many requests a second PhotoGPT gets from all replicas of one key.
 *
 * Three kinds of work take calls from one bucket in the database, in this order of precedence:
 *
 * - Sent jobs may take all calls. Their results are what people wait for.
 * - New jobs leave an eighth of the bucket to sent jobs.
 * - Polling leaves a quarter of the bucket to both. When they leave it nothing, it still gets one call in four.
 *
 * Each process takes calls ahead, and keeps them for two seconds.
 */
import type { Clock } from '../../concurrency/clock.ts';
import { createEvery } from '../../concurrency/every.ts';
import { createSemaphore } from '../../concurrency/semaphore.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { apiBurstSeconds, callPrefetchMs, callPrefetchTtlMs, maxApiCallWaitMs } from '../timings.ts';

/** The bucket of a key: its refill, its size, and the calls that the taker must leave in it. A negative reserve is a loan. */
export type CallBucket = { perSecond: number; maxCalls: number; reserve: number };

/** Takes at most `wanted` calls from all replicas, and resolves with how many. See `ApiKeyStore.takeCalls`. */
export type TakeCalls = (wanted: number, bucket: CallBucket) => Promise<number>;

/** Calls that one statement takes ahead at most. Calls that all processes hold come on top of the rate. */
const maxPrefetchCalls = 20;

/** Calls that the bucket holds at least, however low the rate is. */
const minBucketCalls = 2;

/** The part of the bucket that new jobs leave to sent jobs. */
const newJobsReserve = 0.125;

/** The part of the bucket that polling leaves to sent and to new jobs. */
const pollingReserve = 0.25;

/** Calls of others after which polling gets one. Ends of jobs must be seen, however many jobs wait. */
const callsPerPoll = 4;

/** Calls that polling may borrow when the bucket is empty. */
const pollingLoanCalls = 1;

/** The calls that each kind of work may make. */
export type ApiRate = {
  /** Whether there is a limit. */
  isLimited: boolean;
  /** Waits for a call of a sent job. Resolves after thirty seconds even without one. Rejects when the signal aborts. */
  enter(signal?: AbortSignal): Promise<void>;
  /** Waits for the first call of a new job, without a time limit. Rejects when the signal aborts. */
  begin(signal: AbortSignal): Promise<void>;
  /** Gives an unused call back to all replicas. */
  leave(): Promise<void>;
  /** Takes calls for polling without waiting. Resolves with how many of `calls` may be made now. */
  spare(calls: number): Promise<number>;
};

/** The rate in requests a second of all replicas together, and what it is taken with. Without a rate there is no limit. */
type ApiRateParts = { rate?: number; take: TakeCalls; clock: Clock; random: () => number };

/** Returns the rate of one process. It holds no calls at first. */
export function createApiRate(parts: ApiRateParts): ApiRate {
  const { rate = Number.POSITIVE_INFINITY, take, clock, random } = parts;
  if (!Number.isFinite(rate)) {
    const free = async () => {};
    return { isLimited: false, enter: free, begin: free, leave: free, spare: async (calls) => calls };
  }
  const prefetchCalls = Math.min(maxPrefetchCalls, Math.ceil((rate * callPrefetchMs) / 1_000));
  const maxCalls = Math.max(minBucketCalls, rate * apiBurstSeconds);
  const bucketOf = (reserve: number): CallBucket => ({ perSecond: rate, maxCalls, reserve });

  /** Calls of one kind of work, taken ahead. `reservePart` is the part of the bucket that this kind leaves to others. */
  function createPrefetchedCalls(reservePart: number) {
    const reserve = maxCalls * reservePart;
    const expiry = createEvery(callPrefetchTtlMs, clock);
    let calls = 0;
    return {
      /** Milliseconds until an empty bucket has a call for this kind of work. */
      refillMs: (1_000 * (1 + reserve)) / rate,
      /** Resolves with how many of the `wanted` calls may be made now. */
      async draw(wanted: number): Promise<number> {
        if (expiry.isDue()) calls = 0;
        if (calls < wanted) {
          calls += await take(Math.max(prefetchCalls, wanted - calls), bucketOf(reserve));
          expiry.mark();
        }
        const drawn = Math.min(calls, wanted);
        calls -= drawn;
        return drawn;
      },
    };
  }

  const forSentJobs = createPrefetchedCalls(0);
  const forNewJobs = createPrefetchedCalls(newJobsReserve);
  const forPolling = createPrefetchedCalls(pollingReserve);
  /** Calls of sent jobs wait in their order. */
  const queue = createSemaphore({ permits: 1 });
  const pollingLoan = createEvery((1_000 * callsPerPoll) / rate, clock);

  async function waitForCall(
    { draw, refillMs }: ReturnType<typeof createPrefetchedCalls>,
    until: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    while (clock.now() < until && !signal?.aborted) {
      if ((await draw(1)) > 0) return;
      // The waits of replicas are spread, because they wait for the same calls.
      await clock.sleep(refillMs * (0.5 + random()), signal);
    }
    signal?.throwIfAborted();
  }

  return {
    isLimited: true,
    enter: (signal) => queue.run(() => waitForCall(forSentJobs, clock.now() + maxApiCallWaitMs, signal)),
    begin: (signal) => waitForCall(forNewJobs, Number.POSITIVE_INFINITY, signal),
    async leave() {
      await take(-1, bucketOf(0));
    },
    async spare(calls) {
      let drawn = await forPolling.draw(calls);
      if (drawn === 0 && calls > 0 && pollingLoan.isDue()) drawn = await take(1, bucketOf(-pollingLoanCalls));
      if (drawn > 0) pollingLoan.mark();
      return drawn;
    },
  };
}

/** Returns the same client, each operation of which first waits for a call of a sent job. */
export function withinApiRate(api: PhotoGPT, { enter }: Pick<ApiRate, 'enter'>): PhotoGPT {
  type AnyMethod = (input: object, options?: { signal?: AbortSignal }) => Promise<unknown>;
  const methods = Object.entries(api).map(([name, method]) => [
    name,
    async (input: object = {}, options: { signal?: AbortSignal } = {}) => {
      await enter(options.signal);
      return (method as AnyMethod)(input, options);
    },
  ]);
  // Each method keeps its type: only a wait comes before it.
  return Object.fromEntries(methods) as PhotoGPT;
}
