/** Keeps the book of running jobs in step with the table: what is new at once, what is gone a part at a time. */
import type { Clock } from '../../concurrency/clock.ts';
import type { ApiKeyStore, Running } from '../state/api-key-store.ts';
import type { InFlight } from './in-flight.ts';

/** Rows in one statement: what comes back is decoded in one go, and nothing may hold the loop for 50 ms. */
const chunk = 2_000;
/** The table is read whole in this time, but no part of it more often than every `shortest`. Milliseconds. */
const [whole, shortest] = [60_000, 10_000];
/**
 * Most submissions are visible within milliseconds of the time that they carry, and nearly all within the longer of these:
 * that much is read again each time, and once a second. Who comes later still is found by the reading. Milliseconds.
 */
const overlap = { short: 500, long: 5_000 };
/**
 * What ended longer than this before the last end that was seen had been seen as well: 99 of 100 ends are seen within 20 s.
 * Without that, who begins to watch looks for 12 s at old jobs only (1,000 in flight), because most might have ended.
 */
const unseen = 30_000;
/** Between two looks for what is new, and between two that look back farther. */
const [often, seldom] = [400, 1_000];

type Place = { at: string; id: number };
const beginning: Place = { at: '-infinity', id: 0 };

/**
 * `ahead` tells by how many milliseconds PhotoGPT's clock is ahead of the database's; `told` hears the time by the
 * database's clock.
 */
export function createSyncInFlight(parts: {
  inFlight: InFlight;
  apiKeyStore: Pick<ApiKeyStore, 'running' | 'bearings'>;
  clock: Clock;
  ahead(): number;
  told(now: number): void;
}) {
  const { inFlight, apiKeyStore, clock } = parts;
  let round = 0;
  let place: Place | undefined;
  /** Until when, by PhotoGPT's clock, somebody watched before us. */
  let watched: number | undefined;
  /** The latest time of submission that was read, by the database's clock: ours may be another one, and be set. */
  let newest = Number.NEGATIVE_INFINITY;
  let [newsAt, chunkAt, forgivenAt] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, clock.now()];
  let lookedBackAt = Number.NEGATIVE_INFINITY;

  function enter(rows: Running[]): void {
    for (const row of rows) {
      newest = Math.max(newest, row.submittedAt);
      inFlight.add(row, round, parts.ahead(), watched);
    }
  }

  /** Reads one part, and after the last one takes out what was in none. */
  async function readOn(): Promise<void> {
    if (!place) round += 1;
    const rows = await apiKeyStore.running(place ?? beginning, chunk);
    enter(rows);
    const last = rows.at(-1);
    place = rows.length === chunk && last ? { at: last.at, id: last.id } : undefined;
    if (place) return;
    const fields = inFlight.fields();
    // A job that came between two parts was entered with the round that was then.
    for (const slot of inFlight.order().slice()) if ((fields.round[slot] ?? 0) < round) inFlight.remove(slot);
    if (Math.abs(clock.now() - forgivenAt) < whole) return;
    forgivenAt = clock.now();
    // What the list did not show it may show now.
    fields.misses.fill(0);
  }

  return {
    /** Gives how many jobs are new. */
    async read(): Promise<number> {
      const now = clock.now();
      const before = inFlight.added();
      // Also when our clock was set back.
      if (Math.abs(now - newsAt) >= often) {
        const looksBack = Math.abs(now - lookedBackAt) >= seldom;
        if (looksBack) lookedBackAt = now;
        const since = newest - (looksBack ? overlap.long : overlap.short);
        if (!Number.isFinite(newsAt)) {
          const bearings = await apiKeyStore.bearings();
          parts.told(bearings.now);
          // Whatever the reading below does not bring comes later than this, also where it brings nothing.
          newest = bearings.now;
          watched = (bearings.lastEnd ?? 0) - unseen;
        }
        newsAt = now;
        // The first reading brings everything.
        for (let from = Number.isFinite(since) ? { at: new Date(since).toISOString(), id: 0 } : undefined; from; ) {
          const rows = await apiKeyStore.running(from, chunk);
          enter(rows);
          const last = rows.at(-1);
          from = rows.length === chunk && last ? { at: last.at, id: last.id } : undefined;
        }
      }
      const gap = Math.max(shortest / 10, Math.min(shortest, whole / Math.ceil((inFlight.size() + 1) / chunk)));
      if (Math.abs(now - chunkAt) < gap) return inFlight.added() - before;
      const first = !Number.isFinite(chunkAt);
      chunkAt = now;
      do await readOn();
      while (first && place);
      return inFlight.added() - before;
    },
    forget(): void {
      for (const slot of inFlight.order().slice()) inFlight.remove(slot);
      [newsAt, chunkAt, newest] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
      place = undefined;
    },
  };
}
