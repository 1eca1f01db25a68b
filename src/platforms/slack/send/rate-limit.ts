/** Keeps below Slack's rate limits: one bucket for each method and workspace, one for each channel. */
import type { Clock } from '../../../concurrency/clock.ts';
import { callsPerMinute, channelBurstMessages, channelMessagesPerSecond } from '../limits.ts';

/** Buckets that are kept; the longest unused go first, which costs at most one burst too many. */
const keptBuckets = 5_000;

type Bucket = { tokens: number; at: number };

export type RateLimit = ReturnType<typeof createRateLimit>;

/**
 * `turn` waits until a call may be made, and rejects when the signal aborts first.
 * `pause` holds back one method in one workspace for as long as Slack asked, in seconds.
 */
export function createRateLimit(clock: Clock) {
  const buckets = new Map<string, Bucket>();
  const paused = new Map<string, number>();

  /** Takes a token, which may leave a debt; returns for how many milliseconds the debt has to be waited off. */
  function take(key: string, capacity: number, perSecond: number): number {
    const now = clock.now();
    const before = buckets.get(key) ?? { tokens: capacity, at: now };
    const refilled = Math.min(capacity, before.tokens + ((now - before.at) / 1000) * perSecond);
    buckets.delete(key);
    buckets.set(key, { tokens: refilled - 1, at: now });
    const oldest = buckets.keys().next();
    if (buckets.size > keptBuckets && !oldest.done) buckets.delete(oldest.value);
    return refilled >= 1 ? 0 : ((1 - refilled) / perSecond) * 1000;
  }

  return {
    async turn(tenant: string, method: string, channel?: string, signal?: AbortSignal): Promise<void> {
      const key = `${tenant}/${method}`;
      const limit = callsPerMinute[method];
      const waits = [
        (paused.get(key) ?? 0) - clock.now(),
        // A quarter at once and the rest spread out, so that no minute has more than its number.
        limit ? take(key, limit / 4, (limit * 0.75) / 60) : 0,
        channel ? take(`${tenant}/${channel}`, channelBurstMessages, channelMessagesPerSecond) : 0,
      ];
      const wait = Math.max(...waits);
      if (wait > 0) await clock.sleep(wait, signal);
      signal?.throwIfAborted();
    },
    pause(tenant: string, method: string, seconds: number): void {
      const now = clock.now();
      for (const [key, until] of paused) if (until <= now) paused.delete(key);
      paused.set(`${tenant}/${method}`, now + seconds * 1000);
    },
    /** Whether a method is held back at the moment. */
    isPaused: (tenant: string, method: string) => (paused.get(`${tenant}/${method}`) ?? 0) > clock.now(),
  };
}
