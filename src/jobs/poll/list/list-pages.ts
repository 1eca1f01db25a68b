/**
 * Reads parts of PhotoGPT's list, and learns from each page how the list behaves.
 *
 * A reading is in one of three modes, by what the list is known to do. After a day all of that is forgotten, and the list
 * is taken for one that keeps to windows.
 *
 * ## WINDOW
 * Asks for one page from the job in question on, with `start` and `end`.
 * Entry: at first, and for as long as the list keeps to windows (documented).
 * Exit: the list refuses a window, or shows a job outside of it. Then TOKEN.
 *
 * ## TOKEN
 * Asks for one page with a token that an earlier page came with. Each page read without windows leaves a token behind.
 * Entry: the list does not keep to windows.
 * Exit: a page shows a job that is newer than its place: tokens count rows. Then TOP. A refused token is forgotten alone.
 *
 * ## TOP
 * Asks for one page after the other from the first one on, and reads a list without order whole.
 * Entry: the list keeps neither to windows nor to tokens, or has no order. Also during TOKEN, for the newest jobs: no
 * token stands for them.
 */
import type { Clock } from '../../../concurrency/clock.ts';
import type { PhotoGPT } from '../../../photogpt/client.ts';
import { PhotoGPTError } from '../../../photogpt/error.ts';
import type { Capabilities } from '../../state/list-capabilities.ts';
import type { InFlight } from '../in-flight.ts';
import { maxListWindowMs, oldestJobMarginMs, shownTimeSpreadMs } from '../timings.ts';
import { learnedFrom, stillKnown } from './list-behaviour.ts';
import type { Window } from './list-windows.ts';
import { createPhotoGPTClock } from './photogpt-clock.ts';
import { createRecordPage, type Ended, type Page } from './record-page.ts';

/** Places that tokens stand for. With 100 jobs a page they reach back over 50,000. */
const maxCursors = 500;

/** The fractional parts of its multiples are spread evenly, however many of them there are. */
const goldenRatio = (Math.sqrt(5) - 1) / 2;

/** A 429 is not retried by the client, because the whole key pauses then. */
const withoutRetry = { patient: false } as const;

/** The time for which the list is asked, in epoch milliseconds by PhotoGPT's clock. */
type Query = { start?: number; end?: number };

/** The page to ask for next: a query, and from the second page on a token that stands for jobs made before `behind`. */
type Place = { query: Query; token?: string; behind?: number };

/** A page of the list as PhotoGPT gives it. */
type Answer = Awaited<ReturnType<PhotoGPT['listJobs']>>;

/** Parts of the reader of the list. */
type ListPagesParts = { api: Pick<PhotoGPT, 'listJobs'>; inFlight: InFlight; clock: Clock };

/** The list at PhotoGPT. */
export type ListPages = ReturnType<typeof createListPages>;

/** Returns a reader of the list, which knows nothing of its behaviour until `restore` or the first page. */
export function createListPages({ api, inFlight, clock }: ListPagesParts) {
  const photogptClock = createPhotoGPTClock(clock, inFlight);
  const recordPage = createRecordPage({ inFlight, photogptClock });
  let list: Capabilities = {};
  let isChanged = false;
  /** Places by `behind`. No bounded map: the plan needs the times, and one that was read is not worth more than others. */
  const cursors = new Map<number, Place>();
  /** Pages with jobs that came before the first job of ours was seen in any. */
  let pagesWithoutOurs = 0;
  /** Windows that were moved by a part of the uncertainty. */
  let movedWindows = 0;

  function change(news: Partial<Capabilities>): void {
    list = { ...list, ...news };
    isChanged = true;
  }

  /**
   * Returns by how many milliseconds a window goes beyond a guessed time. Where a page hardly reaches as far as the time
   * is unsure, it may show other jobs than the sought one. Then it goes beyond by another part each time, so that it does
   * not show the same jobs again.
   */
  function marginFor(spreadMs: number, reachMs: number): number {
    if (reachMs >= 2 * spreadMs) return spreadMs;
    movedWindows += 1;
    return spreadMs * ((movedWindows * goldenRatio) % 1);
  }

  /** Returns the start of a reading that shows every job in flight. */
  function startOfAll(): number {
    const oldest = inFlight.fields().at[inFlight.order()[0] ?? 0] ?? 0;
    // Until a job was seen, its time may be by another clock than ours or the database's.
    const unknownMs = photogptClock.hasSamples() ? 0 : Math.abs(photogptClock.lagMs());
    return oldest - oldestJobMarginMs - unknownMs;
  }

  function queryFor({ begin, from, to, slot }: Window): Query {
    const isSighted = inFlight.fields().sighted[slot];
    const oldest = startOfAll();
    const marginMs = isSighted ? shownTimeSpreadMs : marginFor(photogptClock.spreadMs(), to - from);
    const earliest = photogptClock.now() - maxListWindowMs;
    if (list.order === 'oldest') return { start: Math.max(begin === 'window' ? from - marginMs : oldest, earliest) };
    // While PhotoGPT's clock is unknown, a window might end before the jobs in question. Then every other one has no end.
    const mustBeOpen = !photogptClock.hasSamples() && pagesWithoutOurs % 2 === 0;
    if (begin !== 'window' || mustBeOpen) return { start: Math.max(oldest, earliest) };
    return { start: Math.max(oldest, to - maxListWindowMs), end: to + marginMs };
  }

  /** Returns where the reading begins. Undefined when its token was forgotten. */
  function placeOf(window: Window): Place | undefined {
    if (window.begin !== 'token') return { query: queryFor(window) };
    const cursor = cursors.get(window.behind ?? 0);
    return cursor && { query: cursor.query, token: cursor.token, behind: window.behind };
  }

  /** Returns the page, or undefined when the list refuses this mode of reading. Throws `PhotoGPTError` otherwise. */
  async function askFor({ query, token }: Place, window: Window, isFirst: boolean, signal: AbortSignal) {
    try {
      return await api.listJobs({ ...query, pageToken: token }, { signal, ...withoutRetry });
    } catch (error) {
      const isRefusal = error instanceof PhotoGPTError && error.verdict === 'rejected' && error.reason !== 'access';
      if (!isRefusal || (window.begin === 'top' && isFirst)) throw error;
      if (window.behind !== undefined) cursors.delete(window.behind);
      else if (window.begin === 'window') change({ window: false });
      return undefined;
    }
  }

  function learn({ jobs, nextPageToken, serverTime }: Answer, { query, behind }: Place): void {
    if (serverTime !== undefined) photogptClock.correct(serverTime);
    const known = list;
    list = learnedFrom(known, { ...query, behind }, jobs, nextPageToken !== undefined);
    isChanged ||= Object.entries(list).some(([name, value]) => known[name as keyof Capabilities] !== value);
    if (list.tokens === false) cursors.clear();
    if (!photogptClock.hasSamples() && jobs.length > 0) pagesWithoutOurs += 1;
  }

  /** Returns the page as it is to be recorded. It shows all jobs of its query up to its own last one, or to the end. */
  function pageOf({ jobs, nextPageToken }: Answer, { query, behind }: Place, askedAt: number, sought?: number): Page {
    const isOldestFirst = list.order === 'oldest';
    const edge = nextPageToken === undefined ? undefined : edgeOf(jobs, isOldestFirst);
    const start = query.start ?? 0;
    return {
      jobs,
      isOldestFirst,
      // By a clock that turned out to be fast, it was asked for in times to come.
      askedAt: Math.min(askedAt, photogptClock.now()),
      lowest: isOldestFirst ? (behind ?? start) : (edge ?? start),
      highest: isOldestFirst ? (edge ?? askedAt) : (behind ?? query.end ?? askedAt),
      sought,
    };
  }

  /** Returns the place behind a page, and remembers it where tokens are read by. Undefined after the last page. */
  function placeAfter({ jobs, nextPageToken: token }: Answer, { query }: Place): Place | undefined {
    if (token === undefined) return undefined;
    const edge = edgeOf(jobs, list.order === 'oldest');
    const place = { query, token, behind: Number.isFinite(edge) ? edge : undefined };
    if (place.behind !== undefined && list.tokens !== false && list.window === false) remember(place.behind, place);
    return place;
  }

  function remember(behind: number, place: Place): void {
    cursors.set(behind, place);
    const [first] = cursors.keys();
    if (cursors.size > maxCursors && first !== undefined) cursors.delete(first);
  }

  return {
    /** Returns the time at PhotoGPT, in epoch milliseconds. */
    now: photogptClock.now,
    /** Takes over a time that the database told, in epoch milliseconds. */
    correctClock: photogptClock.correct,
    /** Returns by how many milliseconds PhotoGPT's clock is ahead of the database's. */
    aheadMs: photogptClock.aheadMs,
    /** Returns what is known of the list. */
    behaviour: () => list,
    /** Returns the times behind which a page can be asked for by its token. */
    cursorTimes: () => [...cursors.keys()],

    /** Takes over what was saved earlier. */
    restore(known: Capabilities): void {
      list = stillKnown(known, clock.now());
    },

    /** Returns what is known of the list when that has changed since the last call, to be saved. */
    takeChanges(): Capabilities | undefined {
      const changes = isChanged ? list : undefined;
      isChanged = false;
      return changes;
    },

    /** Learns whether a job's details repeat its prompt. One echo is proof. Without one, the job may have had no prompt. */
    learnEcho(isEchoed: boolean): void {
      const isNews = isEchoed ? !list.echo : list.echo === undefined;
      if (isNews) change({ echo: isEchoed });
    },

    /** Reads a part of the list, and returns the jobs that have ended. Throws `PhotoGPTError`. */
    async read(window: Window, signal: AbortSignal): Promise<Ended[]> {
      list = stillKnown(list, clock.now());
      const ended: Ended[] = [];
      let place = placeOf(window);
      for (let index = 0; place && index < window.calls; index += 1) {
        const askedAt = photogptClock.now();
        const answer = await askFor(place, window, index === 0, signal);
        if (!answer) break;
        learn(answer, place);
        const sought = window.begin === 'window' && index === 0 ? window.slot : undefined;
        ended.push(...recordPage(pageOf(answer, place, askedAt, sought)));
        place = placeAfter(answer, place);
      }
      return ended;
    },
  };
}

/** Returns when the job was made that is the last on the page by time. Infinite without times. */
function edgeOf(jobs: Answer['jobs'], isOldestFirst: boolean): number {
  const times = jobs.flatMap(({ createdAt }) => createdAt ?? []);
  return isOldestFirst ? Math.max(...times) : Math.min(...times);
}
