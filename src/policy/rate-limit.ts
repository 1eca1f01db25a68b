/** Rate limits of calls: buckets of tokens in the memory of this process, for people and for places. */
import type { Origin } from '../chat.ts';
import { createBoundedMap } from '../concurrency/bounded-map.ts';
import type { Clock } from '../concurrency/clock.ts';
import { createTokenBuckets } from '../concurrency/token-buckets.ts';
import { refuse, type UserError } from '../errors/catalogue.ts';
import { rateLimitWindowSeconds } from './timings.ts';

/** A limit for each person or each place: `max` calls at once, and `max` again in every window. */
export type RateLimit = { what: 'calls' | 'suggestions'; whose: 'person' | 'place'; max: number };

/** Suggestions that one call may come with: a platform asks for them with every letter that a person types. */
const suggestionsPerCall = 5;

/** Most people and places in memory. One that is forgotten starts with a full bucket, so forgetting refuses nobody. */
const maxBuckets = 10_000;

/** Returns the limits for this many calls of a person, and in a place, in one window. */
export const rateLimitsFor = ({ person, place }: { person: number; place: number }): RateLimit[] => [
  { what: 'calls', whose: 'person', max: person },
  { what: 'calls', whose: 'place', max: place },
  { what: 'suggestions', whose: 'person', max: person * suggestionsPerCall },
  { what: 'suggestions', whose: 'place', max: place * suggestionsPerCall },
];

const rateOf = ({ max }: RateLimit) => ({ capacity: max, perSecond: max / rateLimitWindowSeconds });

/**
 * Returns the check of a call. It takes one token of each bucket that the call falls into. With an empty bucket it
 * takes none, and returns the `UserError` that says when there is a token again. An event that comes a second time
 * takes nothing: a platform asks for the form of a call before it runs it.
 */
export function createRateLimits(rateLimits: readonly RateLimit[], clock: Pick<Clock, 'now'>) {
  const buckets = createTokenBuckets(maxBuckets, clock);
  const lastEvents = createBoundedMap<string, string>({ maxEntries: maxBuckets });

  return (what: RateLimit['what'], origin: Origin): UserError | undefined => {
    const charged = rateLimits.flatMap((rateLimit) => {
      const owner = rateLimit.what === what ? ownerOf(rateLimit.whose, origin) : undefined;
      return owner === undefined ? [] : [{ whose: rateLimit.whose, key: `${what}/${owner}`, rate: rateOf(rateLimit) }];
    });
    if (what === 'calls' && charged.some(({ key }) => lastEvents.get(key) === origin.event)) return undefined;
    for (const { whose, key, rate } of charged) {
      const waitMs = buckets.waitMs(key, rate);
      if (waitMs > 0) return refuse('tooFast', { whose, seconds: Math.max(1, Math.ceil(waitMs / 1_000)) });
    }
    for (const { key, rate } of charged) {
      buckets.take(key, rate);
      lastEvents.set(key, origin.event);
    }
    return undefined;
  };
}

/** The check of a call: a `UserError` when it comes too soon. */
export type RateLimits = ReturnType<typeof createRateLimits>;

/**
 * Returns whose bucket a call falls into. Direct messages fall into no place's bucket. Outside of servers, all channels
 * have one tenant, so each channel is a place.
 */
function ownerOf(whose: RateLimit['whose'], { platform, tenant, place, person }: Origin): string | undefined {
  if (whose === 'person') return `${platform}/${tenant}/person/${person.id}`;
  if (place.kind === 'direct') return undefined;
  return tenant.startsWith('@') ? `${platform}/${tenant}/channel/${place.channel}` : `${platform}/${tenant}`;
}
