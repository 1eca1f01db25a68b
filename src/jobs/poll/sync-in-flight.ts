/**
 * Keeps the jobs in flight in step with the table, in two ways:
 *
 * - New rows: read every 0.4 s from the newest known one on, a little of the past included.
 * - The whole table: read in parts, all of it within a minute. A job that no part showed is removed.
 */
import type { Clock } from '../../concurrency/clock.ts';
import { createEvery } from '../../concurrency/every.ts';
import type { ApiKeyStore, Running } from '../state/api-key-store.ts';
import {
  lateRowOverlapMs,
  maxTablePartIntervalMs,
  maxUnseenEndMs,
  readLateRowsMs,
  readNewRowsMs,
  readWholeTableMs,
  usualRowOverlapMs,
} from '../timings.ts';
import type { InFlight } from './in-flight.ts';
import type { PhotoGPTClock } from './photogpt-clock.ts';

/** Rows of one statement. They are decoded in one go, and nothing may hold the event loop for 50 ms. */
const rowsPerPart = 2_000;

/** A place in the order of submission, behind which a part of the table begins. */
type Place = { at: string; id: number };
const beginning: Place = { at: '-infinity', id: 0 };

/** The parts that keeping in step needs. */
export type SyncInFlightParts = {
  inFlight: InFlight;
  apiKeyStore: Pick<ApiKeyStore, 'running' | 'bearings'>;
  photogptClock: Pick<PhotoGPTClock, 'aheadMs' | 'correct'>;
  clock: Pick<Clock, 'now'>;
};

/** Returns the reading of the table. The first reading brings all of it. */
export function createSyncInFlight({ inFlight, apiKeyStore, photogptClock, clock }: SyncInFlightParts) {
  const newRows = createEvery(readNewRowsMs, clock);
  const lateRows = createEvery(readLateRowsMs, clock);
  const tablePart = createEvery(partIntervalMs, clock);
  const forgiveness = createEvery(readWholeTableMs, clock);
  forgiveness.mark();
  let round = 0;
  /** Beginning of the next part of the table. Undefined between two rounds. */
  let nextPart: Place | undefined;
  /** The time until which another leader watched, by PhotoGPT's clock. Undefined before the first reading. */
  let watchedUntil: number | undefined;
  /** The latest submission that was read, by the database's clock. Our own may be another, and be set. */
  let newestAt: number | undefined;
  let hasReadTable = false;

  /** Milliseconds between two parts, so that all are read within a minute. */
  function partIntervalMs(): number {
    const parts = Math.ceil((inFlight.size() + 1) / rowsPerPart);
    return Math.max(maxTablePartIntervalMs / 10, Math.min(maxTablePartIntervalMs, readWholeTableMs / parts));
  }

  /** Reads one part, and adds its jobs. Returns where the next part begins, or undefined after the last one. */
  async function readPart(from: Place): Promise<Place | undefined> {
    const rows = await apiKeyStore.running(from, rowsPerPart);
    for (const row of rows) add(row);
    const last = rows.at(-1);
    return rows.length === rowsPerPart && last ? { at: last.at, id: last.id } : undefined;
  }

  function add(row: Running): void {
    newestAt = Math.max(newestAt ?? Number.NEGATIVE_INFINITY, row.submittedAt);
    inFlight.add(row, round, photogptClock.aheadMs(), watchedUntil);
  }

  /** Learns the database's time, and until when somebody watched. The first reading of the table brings the jobs. */
  async function orient(): Promise<void> {
    const { now, lastEnd } = await apiKeyStore.bearings();
    photogptClock.correct(now);
    // Rows that the reading of the table does not bring come later than this.
    newestAt = now;
    watchedUntil = (lastEnd ?? 0) - maxUnseenEndMs;
  }

  async function readNewRows(): Promise<void> {
    const overlapMs = lateRows.take() ? lateRowOverlapMs : usualRowOverlapMs;
    const since = newestAt === undefined ? undefined : newestAt - overlapMs;
    if (since === undefined) await orient();
    newRows.mark();
    let from: Place | undefined = since === undefined ? undefined : { at: new Date(since).toISOString(), id: 0 };
    while (from) from = await readPart(from);
  }

  /** Reads one part of the table. After the last one, removes the jobs that were in none. */
  async function readTablePart(): Promise<void> {
    if (!nextPart) round += 1;
    nextPart = await readPart(nextPart ?? beginning);
    if (nextPart) return;
    const fields = inFlight.fields();
    // A job that came between two parts has the number of this round.
    for (const slot of inFlight.order().slice()) if ((fields.round[slot] ?? 0) < round) inFlight.remove(slot);
    // The list may show now what it omitted before.
    if (forgiveness.take()) fields.misses.fill(0);
  }

  async function readTable(): Promise<void> {
    const isFirst = !hasReadTable;
    tablePart.mark();
    hasReadTable = true;
    do await readTablePart();
    while (isFirst && nextPart);
  }

  return {
    /** Reads what is due. Returns how many jobs are new. */
    async read(): Promise<number> {
      const addedBefore = inFlight.added();
      if (newRows.isDue()) await readNewRows();
      if (tablePart.isDue()) await readTable();
      return inFlight.added() - addedBefore;
    },

    /** Removes all jobs. The next reading begins from nothing. */
    forget(): void {
      for (const slot of inFlight.order().slice()) inFlight.remove(slot);
      newRows.reset();
      tablePart.reset();
      newestAt = undefined;
      hasReadTable = false;
      nextPart = undefined;
    },
  };
}
