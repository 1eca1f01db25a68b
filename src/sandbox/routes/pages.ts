/** Lists by page number, as images and videos have them: no total, no token, short pages at the end. */
import { z } from 'zod';
import { read } from '../checks/read.ts';
import type { Guesses } from '../guesses.ts';
import type { Call } from '../http/call.ts';

/** The page of `items` that the query asks for, with its number and size beside it. Throws `Problem` 400. */
export function pageOf<T>(items: T[], query: Call['query'], guesses: Guesses) {
  const whole = (name: string, most: number) =>
    z.coerce
      .number(`${name} must be a number`)
      .int(`${name} must be a whole number`)
      .min(1, `${name} starts at 1`)
      .max(most, `${name} must be at most ${most}`);
  const { pageNum, pageSize } = read(
    z.object({
      pageNum: whole('pageNum', 1e6).default(1),
      pageSize: whole('pageSize', guesses.largestPage).default(guesses.imagesPerPage),
    }),
    query,
  );
  return { page: pageNum, pageSize, result: items.slice((pageNum - 1) * pageSize, pageNum * pageSize) };
}
