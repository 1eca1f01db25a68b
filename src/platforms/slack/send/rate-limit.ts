/** Keeps below Slack's rate limits: one bucket for each method and workspace, one for each channel. */
import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { createTokenBuckets } from '../../../concurrency/token-buckets.ts';
import { callsPerMinute, channelBurstMessages, channelMessagesPerSecond } from '../limits.ts';

/** Buckets that are kept; the longest unused go first, which costs at most one burst too many. */
const maxBuckets = 5_000;

export type RateLimit = ReturnType<typeof createRateLimit>;

/**
 * `turn` waits until a call may be made, and rejects when the signal aborts first.
 * `pause` holds back one method in one workspace for as long as Slack interaction, in seconds.
 */
export function createRateLimit(clock: Clock) {
  const buckets = createTokenBuckets(maxBuckets, clock);
  const pausedUntil = createBoundedMap<string, number>({ maxEntries: maxBuckets, clock });

  return {
    async turn(tenant: string, method: string, channel?: string, signal?: AbortSignal): Promise<void> {
      const key = `${tenant}/${method}`;
      const limit = callsPerMinute[method];
      const waits = [
        (pausedUntil.get(key) ?? 0) - clock.now(),
        // A quarter at once and the rest spread out, so that no minute has more than its number.
        limit ? buckets.take(key, { capacity: limit / 4, perSecond: (limit * 0.75) / 60 }) : 0,
        channel
          ? buckets.take(`${tenant}/${channel}`, {
              capacity: channelBurstMessages,
              perSecond: channelMessagesPerSecond,
            })
          : 0,
      ];
      const wait = Math.max(...waits);
      if (wait > 0) await clock.sleep(wait, signal);
      signal?.throwIfAborted();
    },
    pause(tenant: string, method: string, seconds: number): void {
      const ms = seconds * 1_000;
      pausedUntil.set(`${tenant}/${method}`, clock.now() + ms, { ttlMs: ms });
    },
  };
}
