/** The pages of the list that could be asked for, and what each would show of the jobs in the book. */
import type { InFlight } from './in-flight.ts';
import type { Situation, Sums } from './plan.ts';

/**
 * A part of the list: `calls` pages in a row, expected to show what was made from `from` to `to`. It begins at one end
 * of that, with the job in `slot`, or at the top of the list, or with the token that was given for what lies `behind`.
 * Epoch milliseconds by PhotoGPT's clock.
 */
export type Window = {
  from: number;
  to: number;
  slot: number;
  calls: number;
  worth: number;
  begin: 'window' | 'top' | 'token';
  behind?: number;
};

/** Taken for the length of a page until one was seen. */
const pageUnknown = 20;
/** Where there are many, two pages that begin less than this share of a page apart are as good as one. */
const [many, apart] = [400, 1 / 4];

type Reach = { first: number; last: number };

/** The candidates, in no order. */
export function windowsOf(inFlight: InFlight, order: Int32Array, sums: Sums, situation: Situation): Window[] {
  const { list, cursors } = situation;
  const { count, waiting, place } = sums;
  const { at } = inFlight.fields();
  if (count === 0) return [];
  const page = Math.max(1, list.pageSize ?? pageUnknown);
  const oldestFirst = list.order === 'oldest';
  const timeOf = (index: number) => at[order[index] ?? 0] ?? 0;
  const worthOf = ({ first, last }: Reach) => (waiting[last + 1] ?? 0) - (waiting[first] ?? 0);
  const lengthOf = (first: number, last: number) => (place[last] ?? 0) - (place[first] ?? 0);
  const made = (reach: Reach, calls: number, begin: Window['begin'], behind?: number): Window => ({
    from: timeOf(reach.first),
    to: timeOf(reach.last),
    slot: order[oldestFirst ? reach.first : reach.last] ?? 0,
    calls,
    worth: worthOf(reach),
    begin,
    behind,
  });

  /** The index of the newest job that was made at `time` or before; -1 if there is none. */
  function upTo(time: number): number {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (timeOf(middle) <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
  /** How far `rows` rows of the list reach, from this job away. */
  function reachOf(start: number, rows: number): Reach {
    let near = start;
    // Just beyond the farthest that it may be.
    let far = oldestFirst ? count : -1;
    while (Math.abs(far - near) > 1) {
      const middle = (near + far) >> 1;
      const isWithin = (oldestFirst ? lengthOf(start, middle) : lengthOf(middle, start)) < rows;
      if (isWithin) near = middle;
      else far = middle;
    }
    return oldestFirst ? { first: start, last: near } : { first: near, last: start };
  }

  const windows: Window[] = [];
  if (list.order !== 'none' && list.window !== false) {
    // From the newest down, so that the top, which is worth most, is tried first and whole.
    let last = Number.POSITIVE_INFINITY;
    for (let index = count - 1; index >= 0; index -= 1) {
      const here = place[index] ?? 0;
      if (count > many && last - here < page * apart) continue;
      last = here;
      windows.push(made(reachOf(index, page), 1, 'window'));
    }
    return windows;
  }
  if (list.order !== 'none' && list.tokens !== false) {
    for (const behind of cursors) {
      const start = upTo(behind - 1);
      if (start >= 0) windows.push(made(reachOf(start, page), 1, 'token', behind));
    }
  }
  const start = oldestFirst ? 0 : count - 1;
  const above = oldestFirst ? 0 : inFlight.above();
  const all = Math.ceil((above + lengthOf(0, count - 1) + 1) / page);
  for (let calls = list.order === 'none' ? all : 1; ; calls = Math.min(all, calls * 2)) {
    const rows = calls * page - above;
    if (rows > 0) windows.push(made(calls >= all ? { first: 0, last: count - 1 } : reachOf(start, rows), calls, 'top'));
    if (calls >= all) return windows;
  }
}
