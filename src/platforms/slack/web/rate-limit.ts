/** Keeps the bot below Slack's rate limits: a bucket for each method in each workspace, and one for each channel. */
import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { createTokenBuckets } from '../../../concurrency/token-buckets.ts';
import { callsPerMinute, channelBurstMessages, channelMessagesPerSecond } from '../limits.ts';

/** Buckets in memory. Losing one costs at most one burst too many. */
const maxBuckets = 5_000;

/**
 * Part of a minute's calls that a method may make at once. The others come over the minute, so that none has too many.
 */
const burstPart = 0.25;

/** The rate limits of all workspaces. */
export type RateLimit = {
  /**
   * Resolves when the call may be made. `channel` is given for what appears there as a new message. Rejects with the
   * signal's reason when it aborts.
   */
  acquire(tenant: string, method: string, channel?: string, signal?: AbortSignal): Promise<void>;
  /** Holds back one method in one workspace, for as many seconds as Slack asked for. */
  pause(tenant: string, method: string, seconds: number): void;
};

/** Returns the rate limits, with full buckets. */
export function createRateLimit(clock: Clock): RateLimit {
  const buckets = createTokenBuckets(maxBuckets, clock);
  const pauses = createBoundedMap<string, { until: number; ms: number }>({ maxEntries: maxBuckets, clock });

  /** Returns the rest of a method's pause. No longer than all of it, so that a clock that is set back adds nothing. */
  function pauseLeftMs(tenant: string, method: string): number {
    const pause = pauses.get(`${tenant}/${method}`);
    return pause ? Math.min(pause.ms, pause.until - clock.now()) : 0;
  }

  /** Takes a call out of the method's bucket. Returns the milliseconds until it may be made. */
  function takeCall(tenant: string, method: string): number {
    const limit = callsPerMinute[method];
    if (!limit) return 0;
    const rate = { capacity: limit * burstPart, perSecond: (limit * (1 - burstPart)) / 60 };
    return buckets.take(`${tenant}/${method}`, rate);
  }

  const channelRate = { capacity: channelBurstMessages, perSecond: channelMessagesPerSecond };

  return {
    async acquire(tenant, method, channel, signal) {
      const waitMs = Math.max(
        pauseLeftMs(tenant, method),
        takeCall(tenant, method),
        channel ? buckets.take(`${tenant}/${channel}`, channelRate) : 0,
      );
      if (waitMs > 0) await clock.sleep(waitMs, signal);
      signal?.throwIfAborted();
    },
    pause(tenant, method, seconds) {
      const ms = seconds * 1_000;
      pauses.set(`${tenant}/${method}`, { until: clock.now() + ms, ms }, { ttlMs: ms });
    },
  };
}
