/**
 * Other ways to detect the end of a job, against the modelled API: the documentation's loop, backoff, the whole list.
 */
import { roundTrip } from './answers.ts';
import { firstFrom } from './arrivals.ts';
import type { ModelledApi } from './modelled-api.ts';

/**
 * Watches the model's jobs, and returns the time at which the end of each was seen, by index. NaN for those that were
 * not.
 */
export type Policy = (model: ModelledApi, from: number, to: number, random: () => number) => Float64Array;

/** Returns the index of the first job that ends after `from`. */
const firstOpen = (model: ModelledApi, from: number) => {
  let index = 0;
  while (index < model.jobs.count && model.endOf(index) <= from) index += 1;
  return index;
};

/** Polls each job by itself. `waitAfter` returns the milliseconds between the n-th look (from 1) and the one before. */
function oneByOne(waitAfter: (look: number) => number): Policy {
  return (model, from, to, random) => {
    const seenAt = new Float64Array(model.jobs.count).fill(Number.NaN);
    for (let index = firstOpen(model, from); index < model.jobs.count; index += 1) {
      if (model.endOf(index) > from) seenAt[index] = endSeenAt(index);
    }
    return seenAt;

    /** Returns the time at which the end of one job is seen. NaN when that is after `to`. */
    function endSeenAt(index: number): number {
      let look = 1;
      // The answer of the submit comes half a round trip after the creation of the job.
      for (let at = model.createdOf(index) + waitAfter(1); at < to; look += 1) {
        const travel = roundTrip(random);
        const answer = at >= from ? model.job(index, at + travel / 2) : undefined;
        if (answer && 'isOver' in answer && answer.isOver) return at + travel;
        at += travel + waitAfter(look + 1);
      }
      return Number.NaN;
    }
  };
}

/** The documentation's loop: ask, wait five seconds, ask again. */
export const loop = oneByOne(() => 5_000);
/** Growing waits: 2 s, then half as long again each time, up to a minute. */
export const growth = oneByOne((look) => Math.min(60_000, 2_000 * 1.5 ** (look - 1)));

/**
 * Reads the whole list, from its newest page to the oldest job under way, again and again, `perSecond` pages a second.
 */
export const wholeList = (perSecond: number): Policy => {
  return (model, from, to, random) => {
    const { jobs } = model;
    const seenAt = new Float64Array(jobs.count).fill(Number.NaN);
    let oldest = firstOpen(model, from);
    const isOpen = (index: number) => Number.isNaN(seenAt[index]) && model.endOf(index) > from;
    let token: string | undefined;
    for (let at = from; at < to; at += 1000 / perSecond) {
      const travel = roundTrip(random);
      while (oldest < jobs.count && !isOpen(oldest) && model.createdOf(oldest) < at) oldest += 1;
      if (oldest < firstFrom(jobs, at)) readPage(at, travel);
    }
    return seenAt;

    /** Reads the next page, and fetches the results of the jobs that it shows as ended. */
    function readPage(at: number, travel: number): void {
      const now = at + travel / 2;
      const page = model.page({ start: model.createdOf(oldest), end: Number.POSITIVE_INFINITY, pageToken: token }, now);
      if ('status' in page) return;
      for (let index = page.from; index > page.to; index -= 1) {
        if (!isOpen(index) || !model.listsAsOver(index, now)) continue;
        const further = roundTrip(random);
        const result = model.job(index, now + travel / 2 + further / 2);
        if ('isOver' in result) seenAt[index] = at + travel + further;
      }
      token = page.next;
    }
  };
};
