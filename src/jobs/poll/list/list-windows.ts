/** Finds the parts of PhotoGPT's list that could be read, and what each would show of the jobs in flight. */
import type { InFlight } from '../in-flight.ts';
import type { Situation, Sums } from '../plan.ts';

/**
 * A part of the list: `calls` pages in a row, expected to show the jobs that were made from `from` to `to`. The reading
 * begins in one of three ways:
 *
 * - `window`: with the job in `slot`, at one end of that time.
 * - `top`: with the first job of the list.
 * - `token`: with the token that PhotoGPT gave for the jobs behind those made at `behind`.
 *
 * `worth` is in seconds of waiting. Times are epoch milliseconds by PhotoGPT's clock.
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

/** Jobs on a page, until a page was seen. */
const assumedPageSize = 20;
/** Jobs in flight above which not every job may begin a window. */
const maxDenseWindows = 400;
/** Least distance of two windows above that, as a part of a page. Two that are nearer are as good as one. */
const minWindowDistance = 1 / 4;

/** Places in the order of jobs, both included. */
type Reach = { first: number; last: number };

/** The jobs in flight as the list is expected to show them. `rowsPerPage` is the length of a page. */
type ListView = {
  order: Int32Array;
  at: Float64Array;
  sums: Sums;
  rowsPerPage: number;
  isOldestFirst: boolean;
  rowsAbove: number;
};

/** Returns the parts of the list that could be read now, in no order. */
export function windowsOf(inFlight: InFlight, order: Int32Array, sums: Sums, situation: Situation): Window[] {
  if (sums.count === 0) return [];
  const { list, cursors } = situation;
  const isOldestFirst = list.order === 'oldest';
  const view: ListView = {
    order,
    at: inFlight.fields().at,
    sums,
    rowsPerPage: Math.max(1, list.pageSize ?? assumedPageSize),
    isOldestFirst,
    rowsAbove: isOldestFirst ? 0 : inFlight.rowsAbove(),
  };
  if (list.order === 'none') return [wholeList(view)];
  if (list.window !== false) return windowPages(view);
  return [...(list.tokens === false ? [] : tokenPages(view, cursors)), ...topPages(view)];
}

/** Returns one page for each job that may begin one. */
function windowPages(view: ListView): Window[] {
  const { sums, rowsPerPage } = view;
  const minRows = sums.count > maxDenseWindows ? rowsPerPage * minWindowDistance : 0;
  const windows: Window[] = [];
  let previousRow = Number.POSITIVE_INFINITY;
  // From the newest down, so that the top, which is worth more than others, is tried first and whole.
  for (let index = sums.count - 1; index >= 0; index -= 1) {
    const row = sums.place[index] ?? 0;
    if (previousRow - row < minRows) continue;
    previousRow = row;
    windows.push(windowOver(view, reachOf(view, index, rowsPerPage), 1, 'window'));
  }
  return windows;
}

/** Returns the pages behind the tokens that PhotoGPT gave, as far as they reach jobs in flight. */
function tokenPages(view: ListView, cursors: readonly number[]): Window[] {
  return cursors.flatMap((behind) => {
    const start = newestBefore(view, behind);
    return start < 0 ? [] : [windowOver(view, reachOf(view, start, view.rowsPerPage), 1, 'token', behind)];
  });
}

/** Returns readings from the top of 1, 2, 4 and so on pages, up to the whole list. */
function topPages(view: ListView): Window[] {
  const { sums, rowsPerPage, rowsAbove, isOldestFirst } = view;
  const all = wholeList(view);
  const windows: Window[] = [];
  const start = isOldestFirst ? 0 : sums.count - 1;
  for (let calls = 1; calls < all.calls; calls *= 2) {
    const rows = calls * rowsPerPage - rowsAbove;
    if (rows > 0) windows.push(windowOver(view, reachOf(view, start, rows), calls, 'top'));
  }
  windows.push(all);
  return windows;
}

/** Returns the reading of all pages down to the last job in flight. */
function wholeList(view: ListView): Window {
  const last = view.sums.count - 1;
  const rows = view.rowsAbove + rowsBetween(view, 0, last) + 1;
  return windowOver(view, { first: 0, last }, Math.ceil(rows / view.rowsPerPage), 'top');
}

function windowOver(view: ListView, reach: Reach, calls: number, begin: Window['begin'], behind?: number): Window {
  const { order, sums, isOldestFirst } = view;
  return {
    from: timeOf(view, reach.first),
    to: timeOf(view, reach.last),
    slot: order[isOldestFirst ? reach.first : reach.last] ?? 0,
    calls,
    worth: (sums.waiting[reach.last + 1] ?? 0) - (sums.waiting[reach.first] ?? 0),
    begin,
    behind,
  };
}

/** Returns the jobs that `rows` rows of the list show, from the job at `start` on. */
function reachOf(view: ListView, start: number, rows: number): Reach {
  const { sums, isOldestFirst } = view;
  let near = start;
  // Just beyond the farthest job that it may reach.
  let far = isOldestFirst ? sums.count : -1;
  while (Math.abs(far - near) > 1) {
    const middle = (near + far) >> 1;
    const length = isOldestFirst ? rowsBetween(view, start, middle) : rowsBetween(view, middle, start);
    if (length < rows) near = middle;
    else far = middle;
  }
  return isOldestFirst ? { first: start, last: near } : { first: near, last: start };
}

/** Returns the place of the newest job that was made a millisecond or more before `time`, or -1. */
function newestBefore(view: ListView, time: number): number {
  let low = 0;
  let high = view.sums.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeOf(view, middle) <= time - 1) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const timeOf = ({ at, order }: ListView, index: number) => at[order[index] ?? 0] ?? 0;
const rowsBetween = ({ sums }: ListView, first: number, last: number) =>
  (sums.place[last] ?? 0) - (sums.place[first] ?? 0);
