/**
 * Reads pages of PhotoGPT's list for the jobs in flight, and learns how the list behaves.
 *
 * ## Window
 * Entry: the list keeps to `start` and `end`. A page begins with a chosen job, wherever that is in the list.
 * Exit: PhotoGPT rejects a window, or a page shows a job outside of one. Then tokens or the top are used.
 *
 * ## Token
 * Entry: windows do not work, and a page came with a token. The token is kept for the place behind that page.
 * Exit: PhotoGPT rejects the token (that one is dropped), or shows a newer job than it stands for (all are dropped).
 *
 * ## Top
 * Entry: neither of the two is known to work. The list is read from its first page on, for as many pages as are planned.
 * Exit: a window or a token works.
 */
import { createBoundedMap } from '../../concurrency/bounded-map.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import type { Capabilities } from '../state/list-capabilities.ts';
import type { InFlight } from './in-flight.ts';
import { learnedFrom, stillKnown } from './list-behaviour.ts';
import { createListQuery, type ListQuery } from './list-query.ts';
import type { Window } from './list-windows.ts';
import type { PhotoGPTClock } from './photogpt-clock.ts';
import type { Listed } from './read-list.ts';
import { createRecordPage, type Ended } from './record-page.ts';

export type { Ended } from './record-page.ts';

/** Tokens that are kept. With 100 jobs on a page they reach back over 50,000. */
const maxCursors = 500;

/** The place behind a page, for PhotoGPT and for us. */
type Cursor = { token: string; query: ListQuery };

/** A place in the list at which a page is asked for: by the query alone, or by a token for the jobs behind `behind`. */
type Place = { query: ListQuery; pageToken?: string; behind?: number };

/** A page as it came. `askedAt` is in epoch milliseconds by PhotoGPT's clock. */
type Page = { place: Place; jobs: Listed[]; nextPageToken?: string; askedAt: number };

/** The parts that reading pages needs. */
export type ListPagesParts = {
  api: Pick<PhotoGPT, 'listJobs'>;
  inFlight: InFlight;
  photogptClock: PhotoGPTClock;
  clock: Pick<Clock, 'now'>;
};

/** Returns the reading of pages. It begins without knowledge of the list. */
export function createListPages({ api, inFlight, photogptClock, clock }: ListPagesParts) {
  const recordPage = createRecordPage(inFlight, photogptClock);
  const { queryFor, pageCame } = createListQuery(inFlight, photogptClock);
  /** By the creation time of the jobs behind which the page begins. */
  const cursors = createBoundedMap<number, Cursor>({ maxEntries: maxCursors });
  let list: Capabilities = {};
  let hasNews = false;

  function learn(known: Capabilities): void {
    hasNews ||= Object.entries(known).some(([name, value]) => list[name as keyof Capabilities] !== value);
    list = known;
    if (list.tokens === false) cursors.clear();
  }

  /** Keeps the token of the place behind `behind`, where only tokens lead there. */
  function keepCursor(behind: number | undefined, token: string | undefined, query: ListQuery): void {
    if (!token || behind === undefined || list.tokens === false || list.window !== false) return;
    cursors.set(behind, { token, query });
  }

  /** Returns where a part of the list begins. Undefined when its token is gone. */
  function startOf(window: Window): Place | undefined {
    if (window.begin !== 'token') return { query: queryFor(window, list.order), behind: window.behind };
    const cursor = cursors.get(window.behind ?? 0);
    return cursor && { query: cursor.query, pageToken: cursor.token, behind: window.behind };
  }

  /** Asks for one page. Returns undefined when PhotoGPT rejects this window or token. Throws `PhotoGPTError` else. */
  async function ask(window: Window, page: number, { query, pageToken }: Place, signal: AbortSignal) {
    try {
      // No repeats here after "too many requests": the whole key pauses then.
      return await api.listJobs({ ...query, pageToken }, { signal, patient: false });
    } catch (error) {
      const isRejected = error instanceof PhotoGPTError && error.verdict === 'refused' && error.reason !== 'access';
      if (!isRejected || (window.begin === 'top' && page === 0)) throw error;
      if (window.behind !== undefined) cursors.delete(window.behind);
      else if (window.begin === 'window') learn({ ...list, window: false });
      return undefined;
    }
  }

  /** Reads one page, and learns from it how the list behaves. Returns undefined when PhotoGPT rejects it. */
  async function readPage(window: Window, page: number, place: Place, signal: AbortSignal): Promise<Page | undefined> {
    const askedAt = photogptClock.now();
    const answer = await ask(window, page, place, signal);
    if (!answer) return undefined;
    const { jobs, nextPageToken, serverTime } = answer;
    if (serverTime !== undefined) photogptClock.correct(serverTime);
    learn(learnedFrom(list, { ...place.query, behind: place.behind }, jobs, nextPageToken !== undefined));
    return { place, jobs, nextPageToken, askedAt };
  }

  /** Returns where the next page begins, and keeps its token. Undefined after the last page. */
  function nextAfter({ place: { query }, jobs, nextPageToken }: Page): Place | undefined {
    const behind = endOf(jobs);
    keepCursor(behind, nextPageToken, query);
    return nextPageToken === undefined ? undefined : { query, pageToken: nextPageToken, behind };
  }

  /** Records a page, and returns the jobs that it shows as ended. */
  function record(page: Page, sought: number | undefined): Ended[] {
    if (page.jobs.length > 0) pageCame();
    return recordPage({
      jobs: page.jobs,
      // Our clock may have turned out to be fast, and `askedAt` to lie ahead.
      askedAt: Math.min(page.askedAt, photogptClock.now()),
      ...timesOf(page),
      isOldestFirst: list.order === 'oldest',
      sought,
    });
  }

  /** Returns the creation times between which the page leaves nothing out. */
  function timesOf({ place: { query, behind }, jobs, nextPageToken, askedAt }: Page) {
    const hasMore = nextPageToken !== undefined;
    const times = timesIn(jobs);
    if (list.order === 'oldest') {
      return { lowest: behind ?? query.start ?? 0, highest: hasMore ? Math.max(...times) : askedAt };
    }
    return { lowest: hasMore ? Math.min(...times) : (query.start ?? 0), highest: behind ?? query.end ?? askedAt };
  }

  /** Returns the creation time behind which the next page begins. Undefined when the page tells none. */
  function endOf(jobs: readonly Listed[]): number | undefined {
    const times = timesIn(jobs);
    if (times.length === 0) return undefined;
    return list.order === 'oldest' ? Math.max(...times) : Math.min(...times);
  }

  return {
    /** Returns how the list behaves, as far as that is known. */
    list: () => list,

    /** Returns the creation times behind which a page can be asked for by its token. */
    cursors: cursors.keys,

    /** Takes over what was saved about the list. */
    restore(known: Capabilities): void {
      list = stillKnown(known, clock.now());
    },

    /** Returns what is to be saved. Undefined when nothing has changed since the last call. */
    takeNews(): Capabilities | undefined {
      const news = hasNews ? list : undefined;
      hasNews = false;
      return news;
    },

    /** Notes whether a job's details repeat its prompt. A job without a prompt proves nothing against it. */
    noteEcho(isEchoed: boolean): void {
      const isNew = isEchoed ? !list.echo : list.echo === undefined;
      if (isNew) learn({ ...list, echo: isEchoed });
    },

    /** Reads a part of the list, and returns the jobs of ours that ended in it. Throws `PhotoGPTError`. */
    async read(window: Window, signal: AbortSignal): Promise<Ended[]> {
      list = stillKnown(list, clock.now());
      const start = startOf(window);
      const ended: Ended[] = [];
      for (let next = start, page = 0; next && page < window.calls; page += 1) {
        const isSought = window.begin === 'window' && page === 0;
        const answer = await readPage(window, page, next, signal);
        if (!answer) break;
        ended.push(...record(answer, isSought ? window.slot : undefined));
        next = nextAfter(answer);
      }
      return ended;
    },
  };
}

const timesIn = (jobs: readonly Listed[]): number[] => jobs.flatMap(({ createdAt }) => createdAt ?? []);
