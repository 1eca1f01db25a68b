/** Which questions to ask PhotoGPT next: after single jobs, or for pages of its list. */

import type { Capabilities } from '../state/list-capabilities.ts';
import type { Curve } from './durations.ts';
import { type InFlight, maxListMisses } from './in-flight.ts';
import { type Window, windowsOf } from './list-windows.ts';

/**
 * What one call is worth at least: so many seconds of somebody's waiting. With one job in flight this gives a look every
 * sqrt(2 × price / hazard) seconds (Barlow, Hunter and Proschan 1963), about every 0.6 s near the usual end of a picture
 * that takes six. With many in flight calls are scarce, and all that are made are worth more.
 */
const usualPrice = 0.05;
/** However sure the model is that nothing ended, every job is looked at this often, in milliseconds. */
const safetyNet = 5 * 60_000;
/** A call that finds a job finished would have been made anyway, to fetch the result; but never count on it wholly. */
const leastCost = 0.2;
/** For who has waited so many seconds already, another one counts half. */
const patience = 600;
/** Jobs whose ages and last looks differ by less than this share are worth the same. */
const alike = 0.03;

export type Question = { kind: 'job'; slot: number } | ({ kind: 'pages' } & Window);

/**
 * `now` is by PhotoGPT's clock, in epoch milliseconds. `curve` knows how long a model takes. `most` questions at most are
 * wanted, each worth `price` or more. `cursors` are the times behind which a page can be asked for by a token.
 */
export type Situation = {
  now: number;
  curve: (model: string) => Curve;
  list: Capabilities;
  cursors: readonly number[];
  most: number;
  price?: number;
};

/** Sums over the jobs of the book, oldest first: `waiting` of what lies in front of each, `place` in rows of the list. */
export type Sums = { count: number; waiting: Float64Array; place: Float64Array };

/** Returns the planning step, which keeps its arrays from one time to the next: 100,000 jobs take it 3 ms. */
export function createPlan() {
  let sums: Sums = { count: 0, waiting: new Float64Array(257), place: new Float64Array(257) };

  /** Takes the sums, and gives the best single jobs on the way. */
  function weigh(inFlight: InFlight, order: Int32Array, { now, curve, most, price = usualPrice }: Situation): Best {
    if (sums.waiting.length <= order.length) {
      const length = order.length * 2;
      sums = { count: 0, waiting: new Float64Array(length + 1), place: new Float64Array(length) };
    }
    sums.count = order.length;
    const { at, seen, rows, model, misses, busy } = inFlight.fields();
    const memory = inFlight.models().map((name) => ({ curve: curve(name), age: -1, gap: -1, waiting: 0, cost: 1 }));
    const best = createBest(most);
    const { waiting, place } = sums;
    let [sum, row] = [0, 0];
    for (let index = 0; index < order.length; index += 1) {
      const slot = order[index] ?? 0;
      row += rows[slot] ?? 1;
      place[index] = row;
      waiting[index] = sum;
      const known = memory[model[slot] ?? 0];
      if (!known || busy[slot]) continue;
      const born = at[slot] ?? 0;
      const age = Math.max(0, now - born) / 1000;
      const gap = Math.min(age, (now - (seen[slot] ?? born)) / 1000);
      if (Math.abs(gap - known.gap) > alike * gap || Math.abs(age - known.age) > alike * age) {
        const before = known.curve.ended(age - gap);
        const chance = (known.curve.ended(age) - before) / Math.max(1e-9, 1 - before);
        known.age = age;
        known.gap = gap;
        known.waiting = known.curve.waiting(age - gap, age) / (1 + age / patience);
        known.cost = Math.max(leastCost, 1 - chance);
      }
      const overlooked = gap * 1000 > safetyNet;
      const worth = overlooked ? Math.max(known.waiting, price) : known.waiting;
      if ((misses[slot] ?? 0) < maxListMisses) sum += worth;
      if (worth >= price * known.cost) best.offer(slot, worth / known.cost);
    }
    waiting[order.length] = sum;
    return best;
  }

  /** The questions that are worth most for their calls, the best first. No job is in two of them. */
  return function plan(inFlight: InFlight, situation: Situation): Question[] {
    const { most, price = usualPrice } = situation;
    const order = inFlight.order();
    const best = weigh(inFlight, order, situation);
    const windows = windowsOf(inFlight, order, sums, situation).filter(({ worth, calls }) => worth >= price * calls);
    const offers: { question: Question; value: number }[] = [
      ...best.all().map(({ slot, value }) => ({ question: { kind: 'job' as const, slot }, value })),
      ...windows.map((window) => ({
        question: { kind: 'pages' as const, ...window },
        value: window.worth / window.calls,
      })),
    ];
    offers.sort((one, other) => other.value - one.value);
    const covered: { from: number; to: number }[] = [];
    const chosen: Question[] = [];
    const { at } = inFlight.fields();
    let calls = 0;
    for (const { question } of offers) {
      if (calls >= most) break;
      const reach = question.kind === 'job' ? { from: at[question.slot] ?? 0, to: at[question.slot] ?? 0 } : question;
      // What one of the better questions answers in part is asked, if it still is worth it, half a second later.
      if (covered.some(({ from, to }) => reach.from <= to && reach.to >= from)) continue;
      calls += question.kind === 'job' ? 1 : question.calls;
      covered.push(reach);
      chosen.push(question);
    }
    return chosen;
  };
}

type Best = ReturnType<typeof createBest>;

/** Keeps the `most` best of what it is offered. */
function createBest(most: number) {
  const kept: { slot: number; value: number }[] = [];
  return {
    offer(slot: number, value: number): void {
      const last = kept.at(-1);
      if (kept.length >= most && last && value <= last.value) return;
      let place = kept.length;
      while (place > 0 && (kept[place - 1]?.value ?? 0) < value) place -= 1;
      kept.splice(place, 0, { slot, value });
      if (kept.length > most) kept.pop();
    },
    all: () => kept,
  };
}
