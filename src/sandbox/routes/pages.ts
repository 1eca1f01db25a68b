/** Pages by number, as lists of images and videos have them: no total, no token, a short page at the end. */
import { z } from 'zod';
import { read } from '../checks/read.ts';
import type { Guesses } from '../guesses.ts';
import type { Call } from '../http/call.ts';

/** Returns the page of `items` for a query, with its number and size. Throws `Problem` 400 for a wrong query. */
export function pageOf<T>(items: T[], query: Call['query'], guesses: Guesses) {
  const whole = (name: string, max: number) =>
    z.coerce
      .number(`${name} must be a number`)
      .int(`${name} must be a whole number`)
      .min(1, `${name} starts at 1`)
      .max(max, `${name} must be at most ${max}`);
  const { pageNum, pageSize } = read(
    z.object({
      pageNum: whole('pageNum', 1e6).default(1),
      pageSize: whole('pageSize', guesses.largestPage).default(guesses.imagesPerPage),
    }),
    query,
  );
  return { page: pageNum, pageSize, result: items.slice((pageNum - 1) * pageSize, pageNum * pageSize) };
}
