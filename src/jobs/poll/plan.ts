/**
 * Decides which calls polling makes next: for single jobs, or for pages of PhotoGPT's list.
 *
 * A call is worth the seconds that people are expected to have waited for the ended jobs that it would show. The plan
 * takes the calls with the greatest worth, and none that is worth less than its price.
 */
import type { Capabilities } from '../state/list-capabilities.ts';
import type { Curve } from './durations.ts';
import { type InFlight, maxListMisses } from './in-flight.ts';
import { type Window, windowsOf } from './list/list-windows.ts';
import { maxUnseenMs, minCallWorthSeconds, waitingCountsHalfSeconds } from './timings.ts';

/** Least cost of a call for one job. The call that finds its end had to be made anyway, but that is never certain. */
const leastCost = 0.2;
/** Jobs are worth the same when their ages and the times since their last looks differ by less than this part. */
const alikeWithin = 0.03;
/** Chances below this are taken for it, so that nothing is divided by 0. */
const leastChance = 1e-9;
/** Slots for which a new plan has room. */
const firstLength = 256;

/** A call for one job, or calls for a part of the list. */
export type Question = { kind: 'job'; slot: number } | ({ kind: 'pages' } & Window);

/**
 * The state from which a plan is made.
 *
 * - `now` is in epoch milliseconds by PhotoGPT's clock.
 * - `curve` returns how long a model takes.
 * - `list` is how PhotoGPT's list behaves.
 * - `cursors` are the times behind which a page can be asked for by a token.
 * - `maxCalls` is how many calls may be made. The last question of a plan may take more.
 * - `price` is what a call must be worth, in seconds of waiting.
 */
export type Situation = {
  now: number;
  curve: (model: string) => Curve;
  list: Capabilities;
  cursors: readonly number[];
  maxCalls: number;
  price?: number;
};

/**
 * Sums over the jobs in flight, the oldest first. `waiting` holds the worth of all jobs before each, and one value more
 * for the worth of all. `place` holds the row of each job, counted from the oldest.
 */
export type Sums = { count: number; waiting: Float64Array; place: Float64Array };

/** The worth and the cost of a look at jobs of one model, one age and one time since the last look, in seconds. */
type Appraisal = { curve: Curve; age: number; unseen: number; worth: number; cost: number };

/** Jobs that are worth a call of their own, the best first. */
type RankedJob = { slot: number; value: number };

/** Returns the planning step. It keeps its arrays from one plan to the next. 100,000 jobs take 3 ms. */
export function createPlan() {
  let sums = createSums(firstLength);

  /** Fills the sums, and returns the best single jobs. */
  function weigh(inFlight: InFlight, order: Int32Array, situation: Situation): RankedJob[] {
    const { now, curve, maxCalls, price = minCallWorthSeconds } = situation;
    sums = withRoomFor(order.length, sums);
    const { waiting, place } = sums;
    const { at, seen, rows, model, misses, busy } = inFlight.fields();
    const appraisals = inFlight.models().map((name) => unknownAppraisal(curve(name)));
    const ranking = createRanking(maxCalls, price);
    let sum = 0;
    let row = 0;
    for (let index = 0; index < order.length; index += 1) {
      const slot = order[index] ?? 0;
      row += rows[slot] ?? 1;
      place[index] = row;
      waiting[index] = sum;
      const appraisal = appraisals[model[slot] ?? 0];
      if (!appraisal || busy[slot]) continue;
      const madeAt = at[slot] ?? 0;
      const age = Math.max(0, now - madeAt) / 1000;
      const unseen = Math.min(age, (now - (seen[slot] ?? madeAt)) / 1000);
      const worth = worthOf(appraisal, age, unseen, price);
      if ((misses[slot] ?? 0) < maxListMisses) sum += worth;
      ranking.offer(slot, worth, appraisal.cost);
    }
    waiting[order.length] = sum;
    return ranking.jobs;
  }

  /** Returns the questions with the greatest worth for their calls, the best first. No job is in two of them. */
  return function plan(inFlight: InFlight, situation: Situation): Question[] {
    const { maxCalls, price = minCallWorthSeconds } = situation;
    const order = inFlight.order();
    const jobs = weigh(inFlight, order, situation);
    const windows = windowsOf(inFlight, order, sums, situation).filter(({ worth, calls }) => worth >= price * calls);
    return choose(inFlight, offersOf(jobs, windows), maxCalls);
  };
}

const createSums = (length: number): Sums => ({
  count: 0,
  waiting: new Float64Array(length + 1),
  place: new Float64Array(length),
});

/** Returns the sums, or longer ones, for `count` jobs. */
function withRoomFor(count: number, sums: Sums): Sums {
  const roomy = sums.waiting.length > count ? sums : createSums(count * 2);
  roomy.count = count;
  return roomy;
}

const unknownAppraisal = (curve: Curve): Appraisal => ({ curve, age: -1, unseen: -1, worth: 0, cost: 1 });

/** Returns what a look is worth. A job that went unseen for too long is worth at least the price of a call. */
function worthOf(appraisal: Appraisal, age: number, unseen: number, price: number): number {
  // Neighbours are alike, so that few jobs need an appraisal of their own.
  if (!isAlike(appraisal, age, unseen)) appraise(appraisal, age, unseen);
  return unseen * 1000 > maxUnseenMs ? Math.max(appraisal.worth, price) : appraisal.worth;
}

const isAlike = (known: Appraisal, age: number, unseen: number): boolean =>
  Math.abs(unseen - known.unseen) <= alikeWithin * unseen && Math.abs(age - known.age) <= alikeWithin * age;

/** Sets what a look is worth at a job of `age` seconds that was last seen `unseen` seconds ago. */
function appraise(appraisal: Appraisal, age: number, unseen: number): void {
  const { curve } = appraisal;
  const endedBefore = curve.ended(age - unseen);
  const chance = (curve.ended(age) - endedBefore) / Math.max(leastChance, 1 - endedBefore);
  appraisal.age = age;
  appraisal.unseen = unseen;
  appraisal.worth = curve.waiting(age - unseen, age) / (1 + age / waitingCountsHalfSeconds);
  appraisal.cost = Math.max(leastCost, 1 - chance);
}

/** A question, its worth for each call, and the times between which it shows jobs. */
type Offer = { question: Question; value: number };

/** Returns all questions, the best first. */
function offersOf(jobs: readonly RankedJob[], windows: readonly Window[]): Offer[] {
  const offers: Offer[] = [
    ...jobs.map(({ slot, value }): Offer => ({ question: { kind: 'job', slot }, value })),
    ...windows.map((window): Offer => ({ question: { kind: 'pages', ...window }, value: window.worth / window.calls })),
  ];
  return offers.sort((one, other) => other.value - one.value);
}

/** Returns the first of the offers, up to `maxCalls` calls, without those that show a job of a better one. */
function choose(inFlight: InFlight, offers: readonly Offer[], maxCalls: number): Question[] {
  const { at } = inFlight.fields();
  const covered: { from: number; to: number }[] = [];
  const chosen: Question[] = [];
  let calls = 0;
  for (const { question } of offers) {
    if (calls >= maxCalls) break;
    const from = question.kind === 'job' ? (at[question.slot] ?? 0) : question.from;
    const to = question.kind === 'job' ? from : question.to;
    // A better question answers a part of this one. A later step asks for the rest, if that is still worth its calls.
    if (covered.some((other) => from <= other.to && to >= other.from)) continue;
    calls += callsOf(question);
    covered.push({ from, to });
    chosen.push(question);
  }
  return chosen;
}

/** Returns how many calls a question takes. */
export const callsOf = (question: Question): number => (question.kind === 'job' ? 1 : question.calls);

/** Ranks the `limit` best of the jobs that it is offered, by their worth for each unit of cost. */
function createRanking(limit: number, price: number) {
  const jobs: RankedJob[] = [];
  return {
    jobs,
    /** Takes the job in when it is worth its price and better than the last one. */
    offer(slot: number, worth: number, cost: number): void {
      if (worth < price * cost) return;
      const value = worth / cost;
      const last = jobs.at(-1);
      if (jobs.length >= limit && last && value <= last.value) return;
      let place = jobs.length;
      while (place > 0 && (jobs[place - 1]?.value ?? 0) < value) place -= 1;
      jobs.splice(place, 0, { slot, value });
      if (jobs.length > limit) jobs.pop();
    },
  };
}
