/** Rate limits: one bucket of tokens for each key, which fills up again at a steady rate. */
import { createBoundedMap } from './bounded-map.ts';
import type { Clock } from './clock.ts';

/** A full bucket holds `capacity` tokens. `perSecond` tokens come back each second. */
type BucketRate = { capacity: number; perSecond: number };

/** Buckets by key. Keys that were never used have a full one. */
export type TokenBuckets = {
  /** Returns how many milliseconds it takes until `key` has a token. 0 when it has one. Takes none. */
  waitMs(key: string, rate: BucketRate): number;
  /** Takes a token, which may leave a debt. Returns how many milliseconds it takes to pay that off. 0 without debt. */
  take(key: string, rate: BucketRate): number;
};

/** Returns full buckets. The one that was used longest ago goes when there are more than `maxBuckets`, and starts full again. */
export function createTokenBuckets(maxBuckets: number, clock: Pick<Clock, 'now'>): TokenBuckets {
  const buckets = createBoundedMap<string, { tokens: number; at: number }>({ maxEntries: maxBuckets });

  function tokensOf(key: string, { capacity, perSecond }: BucketRate): number {
    const bucket = buckets.get(key);
    if (!bucket) return capacity;
    const elapsedMs = Math.max(0, clock.now() - bucket.at);
    return Math.min(capacity, bucket.tokens + (elapsedMs / 1_000) * perSecond);
  }

  const msUntilOne = (tokens: number, perSecond: number) => (tokens >= 1 ? 0 : ((1 - tokens) / perSecond) * 1_000);

  return {
    waitMs: (key, rate) => msUntilOne(tokensOf(key, rate), rate.perSecond),
    take(key, rate) {
      const tokens = tokensOf(key, rate);
      buckets.set(key, { tokens: tokens - 1, at: clock.now() });
      return msUntilOne(tokens, rate.perSecond);
    },
  };
}
