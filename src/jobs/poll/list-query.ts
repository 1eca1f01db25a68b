/** Turns a part of the list into the times that PhotoGPT is asked for. */
import type { Capabilities } from '../state/list-capabilities.ts';
import { maxListWindowMs, oldestJobMarginMs, shownTimeSpreadMs } from '../timings.ts';
import type { InFlight } from './in-flight.ts';
import type { Window } from './list-windows.ts';
import type { PhotoGPTClock } from './photogpt-clock.ts';

/** The times that a reading asks for, in epoch milliseconds by PhotoGPT's clock. Open where one is absent. */
export type ListQuery = { start?: number; end?: number };

/** The fractional parts of its multiples are spread evenly, however many of them there are. */
const goldenRatio = (Math.sqrt(5) - 1) / 2;

/** Returns the queries for parts of the list. */
export function createListQuery(inFlight: InFlight, photogptClock: PhotoGPTClock) {
  /** Pages that showed none of our jobs, counted until one shows one. */
  let blindPages = 0;
  /** Windows that were narrower than the uncertainty about the job they begin with. */
  let narrowWindows = 0;

  /**
   * Returns how far beyond its job a window of `reachMs` begins. A page that hardly reaches as far as a job's time is
   * uncertain may miss the job. Then each try begins elsewhere, and does not show the same jobs again.
   */
  function marginOf(reachMs: number): number {
    const spreadMs = photogptClock.spreadMs();
    if (reachMs >= 2 * spreadMs) return spreadMs;
    narrowWindows += 1;
    return spreadMs * ((narrowWindows * goldenRatio) % 1);
  }

  return {
    /** Notes that a page with jobs came. Until one of ours was on it, the newest page may hold only unknown ones. */
    pageCame(): void {
      if (!photogptClock.hasSamples()) blindPages += 1;
    },

    /** Returns the times to ask for. */
    queryFor({ begin, from, to, slot }: Window, order: Capabilities['order']): ListQuery {
      const { at, sighted } = inFlight.fields();
      const earliest = photogptClock.now() - maxListWindowMs;
      // Until a job of ours was seen, its times may be by another clock than PhotoGPT's.
      const strangeMs = photogptClock.hasSamples() ? 0 : Math.abs(photogptClock.lagMs());
      const oldest = (at[inFlight.order()[0] ?? 0] ?? 0) - oldestJobMarginMs - strangeMs;
      const marginMs = sighted[slot] ? shownTimeSpreadMs : marginOf(to - from);
      if (order === 'oldest') return { start: Math.max(begin === 'window' ? from - marginMs : oldest, earliest) };
      // Without a sample a window might end before the jobs that it is for. So every other page is read without one.
      const isBlindTurn = !photogptClock.hasSamples() && blindPages % 2 === 0;
      if (begin !== 'window' || isBlindTurn) return { start: Math.max(oldest, earliest) };
      return { start: Math.max(oldest, to - maxListWindowMs), end: to + marginMs };
    },
  };
}
