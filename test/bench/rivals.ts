/** Other ways to find out that a job ended, against the same modelled API: the documentation's loop, backoff, the whole list. */
import { roundTrip } from './answers.ts';
import { firstFrom } from './arrivals.ts';
import type { ModelledApi } from './modelled-api.ts';

export type Policy = (model: ModelledApi, from: number, to: number, random: () => number) => Float64Array;

/** Jobs that ended before `from` were somebody's once. */
const firstOpen = (model: ModelledApi, from: number) => {
  let index = 0;
  while (index < model.jobs.count && model.endOf(index) <= from) index += 1;
  return index;
};

/** Each job by itself: `waitAfter` gives the milliseconds between the n-th look (from 1) and the one before. */
function oneByOne(waitAfter: (look: number) => number): Policy {
  return (model, from, to, random) => {
    const { jobs } = model;
    const seenAt = new Float64Array(jobs.count).fill(Number.NaN);
    for (let index = firstOpen(model, from); index < jobs.count; index += 1) {
      if (model.endOf(index) <= from) continue;
      let look = 1;
      // The answer of the submit comes half a round trip after the job was made.
      for (let at = (jobs.created[index] ?? 0) + waitAfter(1); at < to; look += 1) {
        const travel = roundTrip(random);
        if (at >= from) {
          const answer = model.job(index, at + travel / 2);
          if ('isOver' in answer && answer.isOver) {
            seenAt[index] = at + travel;
            break;
          }
        }
        at += travel + waitAfter(look + 1);
      }
    }
    return seenAt;
  };
}

/** What the documentation shows: ask, wait five seconds, ask again. */
export const loop = oneByOne(() => 5_000);
/** Ever more seldom: after 2 s, then half as long again each time, at most a minute. */
export const growth = oneByOne((look) => Math.min(60_000, 2_000 * 1.5 ** (look - 1)));

/** The whole list, from its newest page to the oldest job under way, over and over, `perSecond` pages a second. */
export const wholeList = (perSecond: number): Policy => {
  return (model, from, to, random) => {
    const { jobs } = model;
    const seenAt = new Float64Array(jobs.count).fill(Number.NaN);
    let oldest = firstOpen(model, from);
    const isOpen = (index: number) => Number.isNaN(seenAt[index]) && model.endOf(index) > from;
    let token: string | undefined;
    for (let at = from; at < to; at += 1000 / perSecond) {
      const travel = roundTrip(random);
      const now = at + travel / 2;
      while (oldest < jobs.count && !isOpen(oldest) && (jobs.created[oldest] ?? 0) < at) oldest += 1;
      if (oldest >= firstFrom(jobs, at)) continue;
      const page = model.page({ start: model.createdOf(oldest), end: Number.POSITIVE_INFINITY, pageToken: token }, now);
      if ('status' in page) continue;
      for (let index = page.from; index > page.to; index -= 1) {
        if (!isOpen(index) || !model.listsAsOver(index, now)) continue;
        const further = roundTrip(random);
        const result = model.job(index, now + travel / 2 + further / 2);
        if ('isOver' in result) seenAt[index] = at + travel + further;
      }
      token = page.next;
    }
    return seenAt;
  };
};
