/** The job list: newest first, within a window. A page token holds the key of its last job, not a position. */
import { z } from 'zod';
import type { Guesses } from '../guesses.ts';
import { Problem } from '../http/problem.ts';
import type { Job } from './state.ts';

/** The last job of a page, and the window that the page belongs to. Times in milliseconds since 1970. */
const position = z.object({ start: z.number(), end: z.number(), created: z.number(), number: z.number() });
type Position = z.infer<typeof position>;

/**
 * A fault of the list. Jobs show up `lagSeconds` late. Each page after the first starts `pageShift` items too early, or
 * too late when it is negative.
 */
export type ListFault = { lagSeconds: number; pageShift: number };

type Query = { start?: string; end?: string; pageToken?: string };

/**
 * Returns one page of `jobs`, which are one owner's, oldest first. Without dates the window is the last
 * `guesses.windowSeconds`. With one date, it reaches that far from there. Throws `Problem` for a window that is too
 * wide or a date that is unreadable.
 */
export function listPage(jobs: readonly Job[], query: Query, now: number, guesses: Guesses, fault: ListFault) {
  const from = query.pageToken
    ? readToken(query.pageToken)
    : { ...windowOf(query, now, guesses), created: Infinity, number: Infinity };
  const shownUntil = now - fault.lagSeconds * 1000;
  let older = countBefore(jobs, from);
  if (query.pageToken) older = Math.min(jobs.length, Math.max(0, older + fault.pageShift));

  const page: Job[] = [];
  let hasMore = false;
  for (let index = older - 1; index >= 0; index -= 1) {
    const job = jobs[index];
    if (!job || job.timeline.created < from.start) break;
    if (job.timeline.created > Math.min(from.end, shownUntil)) continue;
    if (page.length === guesses.jobsPerPage) {
      hasMore = true;
      break;
    }
    page.push(job);
  }
  const last = page.at(-1);
  const next = hasMore && last ? { ...from, created: last.timeline.created, number: last.number } : undefined;
  return { jobs: page, nextPageToken: next ? writeToken(next) : '' };
}

/** Returns how many jobs come before the position. The list goes on with the last of them. */
function countBefore(jobs: readonly Job[], from: Pick<Position, 'created' | 'number'>): number {
  let low = 0;
  let high = jobs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const job = jobs[middle];
    const isBefore =
      job !== undefined &&
      (job.timeline.created < from.created || (job.timeline.created === from.created && job.number < from.number));
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns the window of a query in milliseconds since 1970. Throws `Problem` when it is wrong or too wide. */
function windowOf(query: Query, now: number, guesses: Guesses) {
  const given = { start: readDate('start', query.start, guesses), end: readDate('end', query.end, guesses) };
  const defaultMs = guesses.windowSeconds * 1000;
  const end = given.end ?? (given.start === undefined ? now : Math.max(now, given.start));
  const start = given.start ?? end - defaultMs;
  if (start > end) throw new Problem(guesses.windowStatus, 'start must not be after end', 'validation: start');
  if (end - start > guesses.longestWindowSeconds * 1000) {
    const days = guesses.longestWindowSeconds / 86_400;
    throw new Problem(
      guesses.windowStatus,
      `The time window must not be longer than ${days} days`,
      'validation: start, end',
    );
  }
  return { start, end };
}

const dateFormat = z.iso.datetime({ offset: true });

function readDate(name: string, text: string | undefined, guesses: Guesses) {
  if (text === undefined || text === '') return undefined;
  if (!dateFormat.safeParse(text).success) {
    throw new Problem(
      guesses.windowStatus,
      `${name} must be an RFC 3339 date such as 2026-03-04T10:00:00Z`,
      `validation: ${name}`,
    );
  }
  return Date.parse(text);
}

function writeToken(from: Position): string {
  return Buffer.from(JSON.stringify(from)).toString('base64url');
}

function readToken(token: string): Position {
  try {
    return position.parse(JSON.parse(Buffer.from(token, 'base64url').toString()));
  } catch {
    throw new Problem(400, 'pageToken is not one that this API gave out', 'validation: pageToken');
  }
}
