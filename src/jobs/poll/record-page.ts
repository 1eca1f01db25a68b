/** Records what one page of PhotoGPT's list says about the jobs in flight. */
import type { InFlight } from './in-flight.ts';
import type { PhotoGPTClock } from './photogpt-clock.ts';
import type { Listed } from './read-list.ts';

/** A job of ours that the list shows as ended. */
export type Ended = { slot: number; listed: Listed };

/**
 * A page, and what it must have shown. Times are epoch milliseconds by PhotoGPT's clock.
 *
 * - `askedAt` is when we asked. Jobs on the page that run were unfinished then.
 * - `lowest` and `highest` are the creation times between which the page leaves nothing out.
 * - `sought` is the slot of the job with which the page should begin. Absent where it may begin with any job.
 */
export type ReadPage = {
  jobs: readonly Listed[];
  askedAt: number;
  lowest: number;
  highest: number;
  isOldestFirst: boolean;
  sought?: number;
};

/** Highest number of misses that a field of one byte holds. */
const maxMisses = 255;

/** Jobs of ours on a page: their slots and their rows, in the order of the page. */
type Shown = readonly { slot: number; row: number }[];

/** Returns a function that records a page, and returns the jobs of ours that it shows as ended. */
export function createRecordPage(inFlight: InFlight, photogptClock: PhotoGPTClock) {
  return function recordPage(page: ReadPage): Ended[] {
    const { shown, ended } = recordShown(inFlight, photogptClock, page);
    if (page.isOldestFirst) recordRowsAbove(inFlight, shown);
    else recordRowsBelow(inFlight, shown, page.jobs.length);
    recordMissing(inFlight, photogptClock, new Set(shown.map(({ slot }) => slot)), page);
    if (page.sought !== undefined) recordReach(inFlight, page.sought, page);
    return ended;
  };
}

/** Records each job of ours on the page, and returns those that ended. PhotoGPT's times teach us its clock. */
function recordShown(inFlight: InFlight, photogptClock: PhotoGPTClock, { jobs, askedAt }: ReadPage) {
  const ended: Ended[] = [];
  const shown: { slot: number; row: number }[] = [];
  const differences: number[] = [];
  for (const [row, listed] of jobs.entries()) {
    const slot = inFlight.slotOf(listed.jobId);
    if (slot === undefined) continue;
    shown.push({ slot, row });
    const difference = recordTime(inFlight, slot, listed);
    if (difference !== undefined) differences.push(difference);
    if (listed.status === 'running') inFlight.fields().seen[slot] = askedAt;
    else ended.push({ slot, listed });
  }
  photogptClock.learn(differences);
  return { shown, ended };
}

/** Records when PhotoGPT made the job. Returns by how much that differs from our time, the first time. */
function recordTime(inFlight: InFlight, slot: number, { createdAt }: Listed): number | undefined {
  const { misses, sighted, submitted } = inFlight.fields();
  misses[slot] = 0;
  if (createdAt === undefined) return undefined;
  const difference = sighted[slot] ? undefined : createdAt - (submitted[slot] ?? 0);
  inFlight.sighted(slot, createdAt);
  return difference;
}

/**
 * Records the rows between neighbours of a list with the oldest job first. These are jobs of others with the key, and
 * finished ones of ours. The page may begin between two of our jobs.
 */
function recordRowsAbove(inFlight: InFlight, shown: Shown): void {
  const { rows } = inFlight.fields();
  for (const [index, { slot, row }] of shown.entries()) {
    const previous = shown[index - 1];
    rows[slot] = previous ? row - previous.row : Math.max(rows[slot] ?? 1, row + 1);
  }
}

/** Records the rows between neighbours of a list with the newest job first. The page may end between two of our jobs. */
function recordRowsBelow(inFlight: InFlight, shown: Shown, length: number): void {
  const { rows } = inFlight.fields();
  for (const [index, { slot, row }] of shown.entries()) {
    const next = shown[index + 1];
    rows[slot] = next ? next.row - row : Math.max(rows[slot] ?? 1, length - row);
  }
}

/** Counts a miss for each job that the page should have shown. From the second miss on, polling asks for it alone. */
function recordMissing(
  inFlight: InFlight,
  photogptClock: PhotoGPTClock,
  shown: ReadonlySet<number>,
  { lowest, highest, sought }: ReadPage,
): void {
  const { rows, at, misses } = inFlight.fields();
  // The page ended before it came to the sought job, and may do so again.
  if (sought !== undefined && !shown.has(sought) && (at[sought] ?? 0) < lowest) countMiss(inFlight, sought);
  for (const slot of inFlight.between(lowest, highest)) {
    if (shown.has(slot)) continue;
    if (slot !== sought && !isCertain(inFlight, photogptClock, slot, lowest, highest)) continue;
    // A job that the list omits takes up no row of it.
    if (misses[slot] === 0) rows[slot] = Math.max(0, (rows[slot] ?? 1) - 1);
    countMiss(inFlight, slot);
  }
}

/** Returns whether the job was made between the two times, however far our guess of its time may be off. */
function isCertain(
  inFlight: InFlight,
  photogptClock: PhotoGPTClock,
  slot: number,
  lowest: number,
  highest: number,
): boolean {
  const { at, sighted } = inFlight.fields();
  const spreadMs = sighted[slot] ? 0 : photogptClock.spreadMs();
  const time = at[slot] ?? 0;
  return time - spreadMs >= lowest && time + spreadMs <= highest;
}

function countMiss(inFlight: InFlight, slot: number): void {
  const { misses } = inFlight.fields();
  misses[slot] = Math.min(maxMisses, (misses[slot] ?? 0) + 1);
}

/**
 * Puts the rows of the page that we did not know of behind the last job before its edge. Without them the page would
 * seem to reach farther, and polling would read it again and again for jobs that it never shows.
 */
function recordReach(inFlight: InFlight, sought: number, { jobs, lowest, highest, isOldestFirst }: ReadPage): void {
  const { at, rows } = inFlight.fields();
  const time = at[sought] ?? 0;
  const slots = isOldestFirst ? inFlight.between(time, highest) : inFlight.between(lowest, time);
  const last = slots.at(isOldestFirst ? -1 : 0);
  if (last === undefined) return;
  const knownRows = slots.reduce((sum, slot) => sum + (rows[slot] ?? 0), 0);
  if (knownRows < jobs.length) rows[last] = (rows[last] ?? 0) + jobs.length - knownRows;
}
