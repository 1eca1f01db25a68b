/** Reads pages of PhotoGPT's list into the book, and learns how the list behaves. */
import type { Clock } from '../../concurrency/clock.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import type { Capabilities } from '../state/list-capabilities.ts';
import type { InFlight } from './in-flight.ts';
import { learnedFrom, stillKnown } from './list-behaviour.ts';
import type { Window } from './list-windows.ts';
import type { Listed } from './read-list.ts';

/** The list cannot be asked for more than seven days (documented); a minute is left for clocks that differ. */
const widest = 7 * 86_400_000 - 60_000;
/** The oldest job is looked for this much earlier than it should be, and one that was never seen this much later, at least. */
const [before, after] = [60_000, 50];
/** A time that was read in the list may have been cut off behind the milliseconds. More would be rows for nothing. */
const cutOff = 2;
/** Places that tokens stand for. With 100 jobs a page they reach back over 50,000. */
const mostCursors = 500;

/** The fractional parts of its multiples are spread evenly, however many of them there are. */
const golden = (Math.sqrt(5) - 1) / 2;

/** The server tells its time in whole seconds. Milliseconds. */
const granularity = 1_000;

/** A job of ours that the list shows as ended. */
export type Ended = { slot: number; listed: Listed };
type Query = { start?: number; end?: number };
type Cursor = { token: string; query: Query };

/** Too many requests are no reason to ask once more: the whole key keeps quiet then. */
const impatient = { patient: false } as const;

export function createListPages({
  api,
  inFlight,
  clock,
}: {
  api: Pick<PhotoGPT, 'listJobs'>;
  inFlight: InFlight;
  clock: Clock;
}) {
  let list: Capabilities = {};
  let changed = false;
  const cursors = new Map<number, Cursor>();
  /** By how much PhotoGPT's clock is ahead of the database's, and how far single times stray from that. */
  let [ahead, astray, samples] = [0, 1_000, 0];
  /** What `ahead` was when the times of all unsighted jobs were last guessed anew. */
  let guessedBy = 0;
  /** Pages that showed none of our jobs, for as long as none did: where many come, the newest page holds only what we do not know yet. */
  let blind = 0;
  let turn = 0;
  /** By how much our own clock is slow: it may be wrong, and be set at any time. */
  let [slow, last] = [0, Number.NEGATIVE_INFINITY];

  function now(): number {
    const ours = clock.now();
    // It was set back: no time has passed then, as far as we can tell.
    if (ours < last - granularity) slow += last - ours;
    last = ours;
    return ours + ahead + slow;
  }

  /** It is so late, by PhotoGPT's clock or by the database's: ours is believed where it is near. */
  function told(time: number): void {
    const off = time - now();
    if (Math.abs(off) <= 2 * granularity) return;
    slow += off;
    if (off < 0) inFlight.seenBy(now());
  }

  /** What was made at the time that we noted plus a difference that is the same for all, give or take. */
  function learnClock(differences: number[]): void {
    if (differences.length === 0) return;
    const mean = differences.reduce((sum, each) => sum + each, 0) / differences.length;
    const weight = samples === 0 ? 1 : Math.max(0.02, differences.length / (samples + differences.length));
    const far = Math.max(...differences.map((each) => Math.abs(each - mean)));
    samples = Math.min(200, samples + differences.length);
    astray = Math.max(after, samples === differences.length ? far : Math.max(far, astray * 0.98));
    ahead += weight * (mean - ahead);
    // Little by little it may go far: what was guessed by what was known then would be looked for where it is not.
    if (Math.abs(ahead - guessedBy) <= after / 2) return;
    guessedBy = ahead;
    inFlight.ahead(ahead);
  }

  /**
   * A page of so many rows reached from one job to the edge of what it showed: rows that we did not know of lie behind the
   * last job before that edge. Otherwise it would seem to reach farther, and be read again and again for what it never shows.
   */
  function measure(sought: number, length: number, lowest: number, highest: number): void {
    const { at, rows } = inFlight.fields();
    const time = at[sought] ?? 0;
    const oldestFirst = list.order === 'oldest';
    const slots = oldestFirst ? inFlight.between(time, highest) : inFlight.between(lowest, time);
    const last = slots.at(oldestFirst ? -1 : 0);
    if (last === undefined) return;
    const known = slots.reduce((sum, slot) => sum + (rows[slot] ?? 0), 0);
    if (known < length) rows[last] = (rows[last] ?? 0) + length - known;
  }

  /**
   * Notes everything that a page says. `lowest` and `highest` are the times between which it leaves nothing out;
   * `sought` is the job with which it should have begun.
   */
  function note(jobs: Listed[], asked: number, lowest: number, highest: number, sought?: number): Ended[] {
    const ended: Ended[] = [];
    const differences: number[] = [];
    const shown = new Set<number>();
    const oldestFirst = list.order === 'oldest';
    let previous: { slot: number; index: number } | undefined;
    for (const [index, listed] of jobs.entries()) {
      const slot = inFlight.slotOf(listed.jobId);
      if (slot === undefined) continue;
      const fields = inFlight.fields();
      shown.add(slot);
      if (listed.createdAt !== undefined) {
        if (!fields.sighted[slot]) differences.push(listed.createdAt - (fields.submitted[slot] ?? 0));
        inFlight.sighted(slot, listed.createdAt);
      } else fields.misses[slot] = 0;
      if (listed.status !== 'running') ended.push({ slot, listed });
      else fields.seen[slot] = asked;
      // How many rows lie between two neighbours: foreign jobs, and our finished ones.
      if (oldestFirst)
        fields.rows[slot] = previous ? index - previous.index : Math.max(fields.rows[slot] ?? 1, index + 1);
      else if (previous) fields.rows[previous.slot] = index - previous.index;
      previous = { slot, index };
    }
    const { rows, at, sighted, misses } = inFlight.fields();
    if (previous && !oldestFirst) {
      rows[previous.slot] = Math.max(rows[previous.slot] ?? 1, jobs.length - previous.index);
    }
    learnClock(differences);
    // It ended before it came to that job, and may do so again.
    if (sought !== undefined && !shown.has(sought) && (at[sought] ?? 0) < lowest)
      misses[sought] = Math.min(255, (misses[sought] ?? 0) + 1);
    for (const slot of inFlight.between(lowest, highest)) {
      const unsure = sighted[slot] ? 0 : astray;
      const time = at[slot] ?? 0;
      const isSure = time - unsure >= lowest && time + unsure <= highest;
      if (shown.has(slot) || (slot !== sought && !isSure)) continue;
      // What should have been there is asked after by itself from the second time on. It takes up no row.
      if (misses[slot] === 0) rows[slot] = Math.max(0, (rows[slot] ?? 1) - 1);
      misses[slot] = Math.min(255, (misses[slot] ?? 0) + 1);
    }
    if (sought !== undefined) measure(sought, jobs.length, lowest, highest);
    return ended;
  }

  /**
   * Where jobs are so many that a page hardly reaches as far as a job's time is unsure, it may show others than the one that
   * is sought: then each time others, and not the same again.
   */
  function spread(unsure: number, reach: number): number {
    if (reach >= 2 * unsure) return unsure;
    turn += 1;
    return unsure * ((turn * golden) % 1);
  }

  function queryFor({ begin, from, to, slot }: Window): Query {
    const { at, sighted } = inFlight.fields();
    // As long as no job was seen, its times may be by another clock than ours or the database's.
    const strange = samples === 0 ? Math.abs(slow) : 0;
    const oldest = (at[inFlight.order()[0] ?? 0] ?? 0) - before - strange;
    const unsure = sighted[slot] ? cutOff : spread(astray, to - from);
    if (list.order === 'oldest')
      return { start: Math.max(begin === 'window' ? from - unsure : oldest, now() - widest) };
    // While nothing is known of its clock, a window might end before the jobs that it is for; so it is tried in turns.
    if (begin !== 'window' || (samples === 0 && blind % 2 === 0)) return { start: Math.max(oldest, now() - widest) };
    return { start: Math.max(oldest, to - widest), end: to + unsure };
  }

  function keep(behind: number | undefined, token: string | undefined, query: Query): void {
    if (!token || behind === undefined || list.tokens === false || list.window !== false) return;
    cursors.set(behind, { token, query });
    const [first] = cursors.keys();
    if (cursors.size > mostCursors && first !== undefined) cursors.delete(first);
  }

  return {
    now,
    told,
    ahead: () => ahead,
    list: () => list,
    /** The times behind which a page can be asked for by its token. */
    cursors: () => [...cursors.keys()],
    learnt(known: Capabilities): void {
      list = stillKnown(known, clock.now());
    },
    /** What is to be saved, if anything has changed. */
    news(): Capabilities | undefined {
      const news = changed ? list : undefined;
      changed = false;
      return news;
    },
    /** A job's details repeat its prompt, or do not; those of a job without one prove nothing. */
    echoes(echo: boolean): void {
      if (echo ? !list.echo : list.echo === undefined) [list, changed] = [{ ...list, echo }, true];
    },

    /** Reads a part of the list and gives what has ended in it. Throws `PhotoGPTError`. */
    async read(window: Window, signal: AbortSignal): Promise<Ended[]> {
      list = stillKnown(list, clock.now());
      const cursor = window.begin === 'token' ? cursors.get(window.behind ?? 0) : undefined;
      if (window.begin === 'token' && !cursor) return [];
      const query = cursor?.query ?? queryFor(window);
      let [pageToken, behind] = [cursor?.token, window.behind];
      const ended: Ended[] = [];
      for (let page = 0; page < window.calls; page += 1) {
        const asked = now();
        const answer = await api.listJobs({ ...query, pageToken }, { signal, ...impatient }).catch((error: unknown) => {
          const unwanted = error instanceof PhotoGPTError && error.verdict === 'refused' && error.reason !== 'access';
          if (!unwanted || (window.begin === 'top' && page === 0)) throw error;
          // It wants no such window, or does not know its token any more.
          if (window.behind !== undefined) cursors.delete(window.behind);
          else if (window.begin === 'window') [list, changed] = [{ ...list, window: false }, true];
          return undefined;
        });
        if (!answer) return ended;
        const { jobs, nextPageToken, serverTime } = answer;
        if (serverTime !== undefined) told(serverTime);
        const known = list;
        list = learnedFrom(list, { ...query, behind }, jobs, nextPageToken !== undefined);
        changed ||= Object.entries(list).some(([name, value]) => known[name as keyof Capabilities] !== value);
        if (list.tokens === false) cursors.clear();
        const times = jobs.flatMap(({ createdAt }) => createdAt ?? []);
        const ends = { low: Math.min(...times), high: Math.max(...times) };
        const [more, oldestFirst] = [nextPageToken !== undefined, list.order === 'oldest'];
        const highest = oldestFirst ? (more ? ends.high : asked) : (behind ?? query.end ?? asked);
        const lowest = oldestFirst ? (behind ?? query.start ?? 0) : more ? ends.low : (query.start ?? 0);
        if (samples === 0 && jobs.length > 0) blind += 1;
        const isFirst = window.begin === 'window' && page === 0;
        // By a clock that turned out to be fast, it was asked in times to come.
        const seen = Math.min(asked, now());
        ended.push(...note(jobs, seen, lowest, highest, isFirst ? window.slot : undefined));
        behind = times.length === 0 ? undefined : oldestFirst ? ends.high : ends.low;
        keep(behind, nextPageToken, query);
        pageToken = nextPageToken;
        if (!more) break;
      }
      return ended;
    },
  };
}
