/**
 * Keeps the jobs in flight in step with the table: new rows at once, and gone rows a part at a time.
 *
 * - At first, and after `forget`, it asks for the database's time and reads the whole table.
 * - From then on it reads the newest rows every 0.4 s, and once a second those that became visible late.
 * - It also goes through the whole table, part by part, once a minute. What is in no part leaves memory.
 */
import type { Clock } from '../../concurrency/clock.ts';
import { createEvery } from '../../concurrency/every.ts';
import type { ApiKeyStore, Running } from '../state/api-key-store.ts';
import type { InFlight } from './in-flight.ts';
import {
  lateRowOverlapMs,
  maxTablePartIntervalMs,
  maxUnseenEndMs,
  readLateRowsMs,
  readNewRowsMs,
  readWholeTableMs,
  usualRowOverlapMs,
} from './timings.ts';

/** Rows in one statement. The driver decodes them in one go, and nothing may hold the event loop for 50 ms. */
const rowsPerPart = 2_000;

/** A place in the order of submission. `at` is a time as the database wrote it. */
type Place = { at: string; id: number };
const beginning: Place = { at: '-infinity', id: 0 };

/** Parts of the reader of the table. */
type SyncInFlightParts = {
  inFlight: InFlight;
  apiKeyStore: Pick<ApiKeyStore, 'running' | 'bearings'>;
  clock: Clock;
  /** Returns by how many milliseconds PhotoGPT's clock is ahead of the database's. */
  aheadMs(): number;
  /** Takes over the database's time, in epoch milliseconds. */
  correctClock(now: number): void;
};

/** Returns a reader that has read nothing. */
export function createSyncInFlight({ inFlight, apiKeyStore, clock, aheadMs, correctClock }: SyncInFlightParts) {
  const newRows = createEvery(readNewRowsMs, clock);
  const lateRows = createEvery(readLateRowsMs, clock);
  const tableParts = createEvery(tablePartIntervalMs, clock);
  const forgivenMisses = createEvery(readWholeTableMs, clock);
  forgivenMisses.mark();
  let hasBearings = false;
  let hasReadTable = false;
  /** The number of the reading of the whole table. */
  let round = 0;
  /** The beginning of the next part of the table. Undefined between two readings. */
  let nextPart: Place | undefined;
  /** Until when the leader before us saw all ends, in epoch milliseconds by PhotoGPT's clock. */
  let watchedUntil: number | undefined;
  /** The newest row that was read, in epoch milliseconds by the database's clock. */
  let newestAt = Number.NEGATIVE_INFINITY;

  function tablePartIntervalMs(): number {
    const parts = Math.ceil((inFlight.size() + 1) / rowsPerPart);
    return Math.max(maxTablePartIntervalMs / 10, Math.min(maxTablePartIntervalMs, readWholeTableMs / parts));
  }

  /** Reads the rows of one part, and returns where the next part begins. Undefined after the last one. */
  async function readPart(from: Place): Promise<Place | undefined> {
    const rows = await apiKeyStore.running(from, rowsPerPart);
    for (const row of rows) add(row);
    const last = rows.at(-1);
    return rows.length === rowsPerPart && last ? { at: last.at, id: last.id } : undefined;
  }

  function add(row: Running): void {
    newestAt = Math.max(newestAt, row.submittedAt);
    inFlight.add(row, round, aheadMs(), watchedUntil);
  }

  async function takeBearings(): Promise<void> {
    const { now, lastEnd } = await apiKeyStore.bearings();
    correctClock(now);
    // The table is read after this. A row that it lacks comes later, also where it has no row at all.
    newestAt = now;
    watchedUntil = (lastEnd ?? 0) - maxUnseenEndMs;
    hasBearings = true;
  }

  async function readNewRows(): Promise<void> {
    const since = newestAt - (lateRows.take() ? lateRowOverlapMs : usualRowOverlapMs);
    if (!hasBearings) await takeBearings();
    newRows.mark();
    // The first reading of the table brings them all.
    if (!Number.isFinite(since)) return;
    let from: Place | undefined = { at: new Date(since).toISOString(), id: 0 };
    while (from) from = await readPart(from);
  }

  /** Reads the next part of the table, and after the last one removes the jobs that were in none. */
  async function readTablePart(): Promise<void> {
    if (!nextPart) round += 1;
    nextPart = await readPart(nextPart ?? beginning);
    if (!nextPart) removeUnread();
  }

  function removeUnread(): void {
    const fields = inFlight.fields();
    // A job that came between two parts was added with the number of this reading.
    for (const slot of inFlight.order().slice()) if ((fields.round[slot] ?? 0) < round) inFlight.remove(slot);
    // The list may show now what it did not show before.
    if (forgivenMisses.take()) fields.misses.fill(0);
  }

  return {
    /** Reads what is due, and returns how many jobs are new. */
    async read(): Promise<number> {
      const addedBefore = inFlight.added();
      if (!hasBearings || newRows.isDue()) await readNewRows();
      if (tableParts.take()) {
        const isFirst = !hasReadTable;
        hasReadTable = true;
        do await readTablePart();
        while (isFirst && nextPart);
      }
      return inFlight.added() - addedBefore;
    },

    /** Removes all jobs, so that the next reading is a first one. */
    forget(): void {
      for (const slot of inFlight.order().slice()) inFlight.remove(slot);
      hasBearings = false;
      hasReadTable = false;
      newestAt = Number.NEGATIVE_INFINITY;
      nextPart = undefined;
      tableParts.reset();
    },
  };
}
