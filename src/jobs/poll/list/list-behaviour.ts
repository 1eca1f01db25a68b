/** Learns how PhotoGPT's job list behaves from its answers, because its documentation leaves most of it open. */
import type { Capabilities } from '../../state/list-capabilities.ts';
import { listBehaviourMaxAgeMs, serverTimeResolutionMs } from '../timings.ts';
import type { Listed } from './read-list.ts';

/**
 * The part of the list that a page was asked for: a window from `start` to `end`, or the place that a token stands for,
 * behind jobs made at `behind`. Epoch milliseconds by PhotoGPT's clock.
 */
export type Asked = { start?: number; end?: number; behind?: number };

/** Returns what is known of the list, or nothing but the time when that is a day old. `now` is in epoch milliseconds. */
export const stillKnown = (known: Capabilities, now: number): Capabilities =>
  now - (known.since ?? now) > listBehaviourMaxAgeMs ? { since: now } : { ...known, since: known.since ?? now };

/** Returns what is known of the list after one more page. `hasMore` is whether the page came with a token. */
export function learnedFrom(
  known: Capabilities,
  asked: Asked,
  jobs: readonly Listed[],
  hasMore: boolean,
): Capabilities {
  const times = jobs.flatMap(({ createdAt }) => createdAt ?? []);
  return {
    ...known,
    order: known.order === 'none' ? 'none' : (orderOf(times) ?? known.order),
    pageSize: pageSizeAfter(known.pageSize, jobs.length, hasMore),
    window: windowAfter(known.window, asked, times),
    tokens: tokensAfter(known.tokens, asked, times),
  };
}

/** Returns the order of the times on one page. Undefined when all are equal. */
function orderOf(times: readonly number[]): Capabilities['order'] {
  const rises = times.some((time, index) => time > (times[index - 1] ?? time));
  const falls = times.some((time, index) => time < (times[index - 1] ?? time));
  if (rises && falls) return 'none';
  if (rises) return 'oldest';
  return falls ? 'newest' : undefined;
}

/** Returns the length of a full page. A page without a token may be shorter than a full one. */
function pageSizeAfter(known: number | undefined, length: number, hasMore: boolean): number | undefined {
  if (hasMore && length > 0) return length;
  return Math.max(known ?? 0, length) || undefined;
}

/** Returns whether the list keeps to windows: false after one job outside of one, for good. */
function windowAfter(known: boolean | undefined, { start, end }: Asked, times: readonly number[]): boolean | undefined {
  const isAfter = Math.max(...times) >= (end ?? Number.POSITIVE_INFINITY) + serverTimeResolutionMs;
  const isBefore = Math.min(...times) <= (start ?? Number.NEGATIVE_INFINITY) - serverTimeResolutionMs;
  if (isAfter || isBefore) return false;
  const isProof = end !== undefined && times.length > 0;
  return known ?? (isProof || undefined);
}

/** Returns whether a token stands for one place: false after one job that is newer than that place, for good. */
function tokensAfter(known: boolean | undefined, { behind }: Asked, times: readonly number[]): boolean | undefined {
  if (behind !== undefined && Math.max(...times) > behind) return false;
  const isProof = behind !== undefined && times.length > 0;
  return known ?? (isProof || undefined);
}
