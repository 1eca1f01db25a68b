/** How many calls people may make: buckets of tokens in the memory of this process, for people and for places. */
import type { Origin } from '../chat.ts';
import type { Clock } from '../concurrency/clock.ts';
import { refuse, type UserError } from '../errors/catalogue.ts';

/** What is counted, of whom: so many at once, and as many again in every `window` milliseconds. */
export type RateLimit = { what: 'calls' | 'suggestions'; whose: 'person' | 'place'; most: number };

/** Milliseconds in which an empty bucket is full again. */
const window = 10_000;
/** Suggestions come with every letter that somebody types. */
const perCall = 5;
/** Buckets in memory. Who is forgotten starts with a full one, so this many people at once cost nothing but a little patience. */
const kept = 10_000;

/** The paces for so many calls in ten seconds. */
export const rateLimitsFor = ({ person, place }: { person: number; place: number }): RateLimit[] => [
  { what: 'calls', whose: 'person', most: person },
  { what: 'calls', whose: 'place', most: place },
  { what: 'suggestions', whose: 'person', most: person * perCall },
  { what: 'suggestions', whose: 'place', most: place * perCall },
];

type Bucket = { tokens: number; at: number; event: string };

/**
 * Takes one token of each bucket that a call falls into; a `UserError` says when there is one again, and then none was
 * taken. The same event a second time takes nothing: a platform asks for the form of a call before it runs it.
 */
export function createRateLimits(rateLimits: readonly RateLimit[], clock: Pick<Clock, 'now'>) {
  const buckets = new Map<string, Bucket>();

  function bucketOf(key: string, most: number): Bucket {
    const now = clock.now();
    const before = buckets.get(key) ?? { tokens: most, at: now, event: '' };
    const gained = (Math.max(0, now - before.at) * most) / window;
    return { ...before, tokens: Math.min(most, before.tokens + gained), at: now };
  }

  function put(key: string, bucket: Bucket): void {
    buckets.delete(key);
    buckets.set(key, bucket);
    const [oldest] = buckets.keys();
    if (buckets.size > kept && oldest !== undefined) buckets.delete(oldest);
  }

  return (what: RateLimit['what'], origin: Origin): UserError | undefined => {
    const drawn = rateLimits.flatMap((rateLimit) => {
      const owner = rateLimit.what === what ? ownerOf(rateLimit.whose, origin) : undefined;
      if (owner === undefined) return [];
      const key = `${what}/${owner}`;
      return [{ ...rateLimit, key, bucket: bucketOf(key, rateLimit.most) }];
    });
    if (what === 'calls' && drawn.some(({ bucket }) => bucket.event === origin.event)) return undefined;
    const empty = drawn.find(({ bucket }) => bucket.tokens < 1);
    if (empty) {
      const seconds = Math.max(1, Math.ceil(((1 - empty.bucket.tokens) * window) / empty.most / 1000));
      return refuse('tooFast', { whose: empty.whose, seconds });
    }
    for (const { key, bucket } of drawn) put(key, { ...bucket, tokens: bucket.tokens - 1, event: origin.event });
    return undefined;
  };
}

export type RateLimits = ReturnType<typeof createRateLimits>;

/** Whose bucket: direct messages are nobody else's business, and what is outside of servers is a place by its channel. */
function ownerOf(whose: RateLimit['whose'], { platform, tenant, place, person }: Origin): string | undefined {
  if (whose === 'person') return `${platform}/${tenant}/person/${person.id}`;
  if (place.kind === 'direct') return undefined;
  return tenant.startsWith('@') ? `${platform}/${tenant}/channel/${place.channel}` : `${platform}/${tenant}`;
}
