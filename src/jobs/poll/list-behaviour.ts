/** How PhotoGPT's job list behaves, learned from its answers, because its documentation leaves most of it open. */
import type { Capabilities } from '../state/list-capabilities.ts';
import type { Listed } from './read-list.ts';

const day = 24 * 3_600_000;
/** Times may be given in whole seconds only, and a window that ends in the middle of one keeps all of it. */
const granularity = 1_000;

/** What was asked: a window, or the place that a token stands for, behind jobs made at `behind`. Epoch milliseconds. */
export type Asked = { start?: number; end?: number; behind?: number };

/** What is known, or nothing when it is a day old. */
export const stillKnown = (known: Capabilities, now: number): Capabilities =>
  now - (known.since ?? now) > day ? { since: now } : { ...known, since: known.since ?? now };

function orderOf(times: readonly number[]): Capabilities['order'] {
  const rises = times.some((time, index) => time > (times[index - 1] ?? time));
  const falls = times.some((time, index) => time < (times[index - 1] ?? time));
  if (rises && falls) return 'none';
  return rises ? 'oldest' : falls ? 'newest' : undefined;
}

/** What is known after one more page. */
export function learnedFrom(known: Capabilities, asked: Asked, jobs: readonly Listed[], more: boolean): Capabilities {
  const times = jobs.flatMap(({ createdAt }) => createdAt ?? []);
  const order = known.order === 'none' ? 'none' : (orderOf(times) ?? known.order);
  const [earliest, latest] = [Math.min(...times), Math.max(...times)];
  const strays =
    latest >= (asked.end ?? Number.POSITIVE_INFINITY) + granularity ||
    earliest <= (asked.start ?? Number.NEGATIVE_INFINITY) - granularity;
  const shifted = asked.behind !== undefined && latest > asked.behind;
  return {
    ...known,
    order,
    pageSize: more && jobs.length > 0 ? jobs.length : Math.max(known.pageSize ?? 0, jobs.length) || undefined,
    window: strays ? false : (known.window ?? (asked.end !== undefined && times.length > 0 ? true : undefined)),
    tokens: shifted ? false : (known.tokens ?? (asked.behind !== undefined && times.length > 0 ? true : undefined)),
  };
}
