/** How PhotoGPT's job list behaves, learned from its answers, because its documentation leaves most of it open. */
import { z } from 'zod';
import type { Listed } from './read-list.ts';

/**
 * Each is absent while unknown; what is done then, and where it turns out badly:
 *
 * - `pageSize`: jobs on a full page. Taken for 20 while unknown.
 * - `order`: taken for the newest first. Where pages follow no order, only the whole list is read, or single jobs.
 * - `window`: whether `start` and `end` are kept (documented), so that any part of the list can be asked for. If not,
 *   pages are read by remembered tokens.
 * - `tokens`: whether a page token gives the same place again later. If not, the list is read from its top each time.
 * - `echo`: whether a job's details repeat its prompt. If not, a lost answer is matched by time and price alone.
 */
export const capabilities = z.object({
  pageSize: z.number().positive().optional(),
  order: z.enum(['newest', 'oldest', 'none']).optional(),
  window: z.boolean().optional(),
  tokens: z.boolean().optional(),
  echo: z.boolean().optional(),
  /** When learning began, in epoch milliseconds: it begins anew every day. */
  since: z.number().optional(),
});
export type Capabilities = z.infer<typeof capabilities>;

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
