/** Records what one page of PhotoGPT's list says about the jobs in flight: when, in which row, and which it left out. */
import type { InFlight } from '../in-flight.ts';
import type { PhotoGPTClock } from './photogpt-clock.ts';
import type { Listed } from './read-list.ts';

/** A job of ours that the list shows as ended. */
export type Ended = { slot: number; listed: Listed };

/** One page. Times are epoch milliseconds by PhotoGPT's clock. */
export type Page = {
  jobs: readonly Listed[];
  isOldestFirst: boolean;
  /** When it was asked for. */
  askedAt: number;
  /** It shows every job that was made from `lowest` to `highest`. */
  lowest: number;
  highest: number;
  /** The slot of the job with which it should have begun. */
  sought?: number;
};

/** A job in flight, and its row on the page. */
type Row = { slot: number; index: number };

/** The jobs in flight on one page. `clockDifferences` are first times in the list less the times in our rows. */
type Recorded = { rows: Row[]; shown: Set<number>; ended: Ended[]; clockDifferences: number[] };

/** A counter of a byte stops here. */
const maxCount = 255;

/** Returns the function that records a page, and returns the jobs that have ended. */
export function createRecordPage({ inFlight, photogptClock }: { inFlight: InFlight; photogptClock: PhotoGPTClock }) {
  /** Records the time and the state of each job in flight on the page. */
  function recordJobs({ jobs, askedAt }: Page): Recorded {
    const recorded: Recorded = { rows: [], shown: new Set(), ended: [], clockDifferences: [] };
    const fields = inFlight.fields();
    for (const [index, listed] of jobs.entries()) {
      const slot = inFlight.slotOf(listed.jobId);
      if (slot === undefined) continue;
      recorded.rows.push({ slot, index });
      recorded.shown.add(slot);
      recordTime(slot, listed.createdAt, recorded.clockDifferences);
      if (listed.status === 'running') fields.seen[slot] = askedAt;
      else recorded.ended.push({ slot, listed });
    }
    return recorded;
  }

  function recordTime(slot: number, createdAt: number | undefined, clockDifferences: number[]): void {
    const { sighted, submitted, misses } = inFlight.fields();
    if (createdAt === undefined) {
      misses[slot] = 0;
      return;
    }
    if (!sighted[slot]) clockDifferences.push(createdAt - (submitted[slot] ?? 0));
    inFlight.sighted(slot, createdAt);
  }

  /** Records how many rows lie between neighbours: jobs of others, and finished jobs of ours. */
  function recordRows(found: readonly Row[], { jobs, isOldestFirst }: Page): void {
    const { rows } = inFlight.fields();
    const atLeast = (slot: number, count: number) => Math.max(rows[slot] ?? 1, count);
    const [first] = found;
    const last = found.at(-1);
    if (first && isOldestFirst) rows[first.slot] = atLeast(first.slot, first.index + 1);
    for (const [place, row] of found.entries()) {
      const previous = found[place - 1];
      if (!previous) continue;
      const newer = isOldestFirst ? row : previous;
      rows[newer.slot] = row.index - previous.index;
    }
    if (last && !isOldestFirst) rows[last.slot] = atLeast(last.slot, jobs.length - last.index);
  }

  function addMiss(slot: number): void {
    const { misses } = inFlight.fields();
    misses[slot] = Math.min(maxCount, (misses[slot] ?? 0) + 1);
  }

  /** Takes away the row of a job that the list leaves out for the first time. */
  function dropRow(slot: number): void {
    const { rows, misses } = inFlight.fields();
    if (misses[slot] === 0) rows[slot] = Math.max(0, (rows[slot] ?? 1) - 1);
  }

  /** Counts a miss for each job that the page should have shown. From the second miss on it is fetched by itself. */
  function countMisses(page: Page, shown: ReadonlySet<number>): void {
    const { lowest, highest, sought } = page;
    const { at, sighted } = inFlight.fields();
    const spreadMs = photogptClock.spreadMs();
    // The page ended before it came to that job, and the next one may do so again.
    if (sought !== undefined && !shown.has(sought) && (at[sought] ?? 0) < lowest) addMiss(sought);
    for (const slot of inFlight.between(lowest, highest)) {
      const isSure = isSurelyWithin(page, at[slot] ?? 0, sighted[slot] ? 0 : spreadMs);
      if (shown.has(slot) || (slot !== sought && !isSure)) continue;
      dropRow(slot);
      addMiss(slot);
    }
  }

  /**
   * Counts unknown rows between the sought job and the far edge of the page to the last job before that edge. Without
   * this the page would seem to reach farther, and be read again and again for jobs that it never shows.
   */
  function recordReach(sought: number, { jobs, lowest, highest, isOldestFirst }: Page): void {
    const { at, rows } = inFlight.fields();
    const madeAt = at[sought] ?? 0;
    const slots = isOldestFirst ? inFlight.between(madeAt, highest) : inFlight.between(lowest, madeAt);
    const last = slots.at(isOldestFirst ? -1 : 0);
    if (last === undefined) return;
    const knownRows = slots.reduce((sum, slot) => sum + (rows[slot] ?? 0), 0);
    if (knownRows < jobs.length) rows[last] = (rows[last] ?? 0) + jobs.length - knownRows;
  }

  return function recordPage(page: Page): Ended[] {
    const { rows, shown, ended, clockDifferences } = recordJobs(page);
    recordRows(rows, page);
    photogptClock.learn(clockDifferences);
    countMisses(page, shown);
    if (page.sought !== undefined) recordReach(page.sought, page);
    return ended;
  };
}

/** Returns whether a job was made within the times of the page, also if `madeAt` is off by `unsureMs`. */
const isSurelyWithin = ({ lowest, highest }: Page, madeAt: number, unsureMs: number): boolean =>
  madeAt - unsureMs >= lowest && madeAt + unsureMs <= highest;
