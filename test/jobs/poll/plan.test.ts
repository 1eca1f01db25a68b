import { describe, expect, it } from 'vitest';
import { backoff } from '../../../src/concurrency/backoff.ts';
import { curveOf, learn, median, prior } from '../../../src/jobs/poll/durations.ts';
import { createLearnedDurations } from '../../../src/jobs/poll/durations-store.ts';
import { createInFlight, type InFlightJob } from '../../../src/jobs/poll/in-flight.ts';
import { createPlan, type Question } from '../../../src/jobs/poll/plan.ts';
import type { Capabilities } from '../../../src/jobs/state/list-capabilities.ts';
import { useDatabase } from '../movable-database.ts';

const database = useDatabase();
const now = Date.parse('2026-03-04T10:00:00Z');
const usual = prior(10);

/** A job of `age` seconds that was last seen when it was `seen` seconds old; `misses` the list without it. */
type Known = { age: number; seen: number; misses: number };
const job = (age: number, seen = 0, misses = 0): Known => ({ age, seen, misses });

/** The questions about these jobs, told by ages: of the one job, or of the youngest and the oldest that a page shows. */
function ask(jobs: Known[], { list = { pageSize: 20 }, most = 1, curve = curveOf(usual), price = 0.25 }: Asking = {}) {
  const inFlight = createInFlight();
  for (const { age, seen, misses } of [...jobs].sort((one, other) => other.age - one.age)) {
    const known: InFlightJob = { id: age, remoteId: `remote-${age}`, model: 'm', submittedAt: now - age * 1000 };
    inFlight.add(known, 1);
    const slot = inFlight.slotOf(known.remoteId) ?? 0;
    inFlight.fields().seen[slot] = now - (age - seen) * 1000;
    inFlight.fields().misses[slot] = misses;
  }
  const ageOf = (time: number) => (now - time) / 1000;
  const told = (question: Question) =>
    question.kind === 'job'
      ? ['job', inFlight.jobAt(question.slot).id]
      : [question.begin, ageOf(question.to), ageOf(question.from), question.calls];
  return createPlan()(inFlight, { now, curve: () => curve, list, cursors: [], most, price }).map(told);
}
type Asking = { list?: Capabilities; most?: number; curve?: ReturnType<typeof curveOf>; price?: number };

describe('the next question', () => {
  it('is none while nothing is expected, and none without jobs', () => {
    expect(ask([])).toEqual([]);
    expect(ask([job(1), job(0.5)])).toEqual([]);
    expect(ask([job(30, 30)])).toEqual([]);
  });

  it('is after the one job that has probably ended', () => {
    expect(ask([job(15)])).toEqual([['job', 15]]);
    expect(ask([job(15, 15), job(40)])).toEqual([['job', 40]]);
  });

  it('is for the page on which several have', () => {
    const jobs = Array.from({ length: 12 }, (_, index) => job(9 + index / 10));
    expect(ask(jobs)).toEqual([['window', 9, 10.1, 1]]);
  });

  it('is for a page in the middle of the list when that is where they are', () => {
    const old = Array.from({ length: 10 }, (_, index) => job(12 + index / 10));
    const young = Array.from({ length: 10 }, (_, index) => job(1 + index / 10));
    expect(ask([...young, ...old], { list: { pageSize: 10 } })).toEqual([['window', 12, 12.9, 1]]);
    const oldestFirst = { pageSize: 10, order: 'oldest' } as const;
    expect(ask([...young, ...old], { list: oldestFirst })).toEqual([['window', 12, 12.9, 1]]);
  });

  it('reaches from the top as far as each page is worth its call', () => {
    const jobs = Array.from({ length: 12 }, (_, index) => job(8 + index / 10));
    const list = { pageSize: 6, window: false, tokens: false };
    expect(ask(jobs, { list, most: 5 })[0]).toEqual(['top', 8, 9.1, 2]);
  });

  it('is several at once, the best first, none about the same jobs', () => {
    const jobs = Array.from({ length: 40 }, (_, index) => job(8 + index / 100));
    const asked = ask([...jobs, job(300)], { list: { pageSize: 20 }, most: 5 });
    expect(asked).toContainEqual(['job', 300]);
    const pages = asked.filter(([kind]) => kind === 'window');
    expect(pages.length).toBeGreaterThan(0);
    const spans = pages.map(([, youngest, oldest]) => [Number(youngest), Number(oldest)]).sort();
    for (const [index, [youngest]] of spans.entries()) {
      if (index > 0) expect(youngest).toBeGreaterThan(spans[index - 1]?.[1] ?? 0);
    }
  });

  it('is not for a list that does not show them', () => {
    const jobs = Array.from({ length: 12 }, (_, index) => job(9 + index / 10, 0, 2));
    expect(ask(jobs).map(([kind]) => kind)).toEqual(['job']);
  });

  it('comes after five minutes, however sure it is that nothing ended', () => {
    const curve = curveOf(prior(7_000));
    expect(ask([job(20, 0)], { curve })).toEqual([]);
    expect(ask([job(200, 190)], { curve })).toEqual([]);
    expect(ask([job(400, 50)], { curve })).toEqual([['job', 400]]);
  });
});

describe('the book of running jobs', () => {
  it('keeps them by age, and counts the rows of those that ended where they stood', () => {
    const inFlight = createInFlight();
    for (const at of [10, 20, 30, 40, 50]) {
      inFlight.add({ id: at / 10, remoteId: `remote-${at}`, model: 'm', submittedAt: at }, 1);
    }
    const slotOf = (at: number) => inFlight.slotOf(`remote-${at}`) ?? -1;
    inFlight.remove(slotOf(20));
    inFlight.remove(slotOf(30));
    inFlight.remove(slotOf(50));
    const ids = () => [...inFlight.order()].map((slot) => inFlight.jobAt(slot).id);
    expect(ids()).toEqual([1, 4]);
    expect(inFlight.fields().rows[slotOf(40)]).toBe(3);
    expect(inFlight.rowsAbove()).toBe(1);
    inFlight.add({ id: 6, remoteId: 'remote-60', model: 'm', submittedAt: 60 }, 1);
    expect(inFlight.fields().rows[slotOf(60)]).toBe(2);
    inFlight.sighted(slotOf(10), 70);
    expect(ids()).toEqual([4, 6, 1]);
    expect([...inFlight.between(40, 60)].map((slot) => inFlight.jobAt(slot).id)).toEqual([4, 6]);
  });

  it('takes the rows between two jobs from our ids until a page was read', () => {
    const inFlight = createInFlight();
    for (const id of [7, 8, 500, 490]) inFlight.add({ id, remoteId: `remote-${id}`, model: 'm', submittedAt: id }, 1);
    const rowsOf = (id: number) => inFlight.fields().rows[inFlight.slotOf(`remote-${id}`) ?? -1];
    expect([7, 8, 500].map(rowsOf)).toEqual([1, 1, 492]);
    // A job that was made earlier and is known later stands at least in its own row.
    expect(rowsOf(490)).toBe(1);
  });

  it('grows, and uses its places again', () => {
    const inFlight = createInFlight();
    for (let round = 0; round < 4; round += 1) {
      for (let id = 0; id < 1_000; id += 1) {
        inFlight.add(
          { id, remoteId: `remote-${round}-${id}`, model: `m-${id % 7}`, submittedAt: round * 1_000 + id },
          1,
        );
      }
      expect(inFlight.size()).toBe(1_000);
      expect(inFlight.jobAt(inFlight.slotOf(`remote-${round}-999`) ?? 0)).toMatchObject({ id: 999, model: 'm-5' });
      for (const slot of inFlight.order().slice()) inFlight.remove(slot);
    }
    expect(inFlight.order()).toHaveLength(0);
    expect(inFlight.fields().id.length).toBeLessThan(4_100);
  });
});

describe('how long things take', () => {
  it('starts from what is said, and is learned from what was measured', () => {
    expect(median(prior(10))).toBeCloseTo(10, 0);
    let known = prior(10);
    for (let count = 0; count < 50; count += 1) known = learn(known, 30);
    expect(median(known)).toBeGreaterThan(26);
    expect(median(known)).toBeLessThan(34);
  });

  it('forgets: what was true a thousand jobs ago matters little', () => {
    let known = prior(10);
    for (let count = 0; count < 1_000; count += 1) known = learn(known, 100);
    for (let count = 0; count < 600; count += 1) known = learn(known, 20);
    expect(median(known)).toBeLessThan(25);
  });

  it('lets the worth of a look grow with every second that nobody looked', () => {
    const { waiting } = curveOf(usual);
    const worth = [2, 5, 10, 20, 60, 600].map((age) => waiting(0, age));
    expect([...worth].sort((a, b) => a - b)).toEqual(worth);
    expect(waiting(10, 10)).toBe(0);
    // Beyond all experience a job may still end.
    expect(waiting(7_000, 7_300)).toBeGreaterThan(0);
    expect(worth.every((each, index) => each <= ([2, 5, 10, 20, 60, 600][index] ?? 0))).toBe(true);
  });

  it('has as the worth of a look what adding it up in small steps gives', () => {
    const { ended, waiting } = curveOf(learn(learn(prior(20), 3), 90));
    for (const [seen, age] of [
      [0, 0.4],
      [0, 15],
      [8, 40],
      [100, 9_000],
    ] as const) {
      const width = (age - seen) / 20_000;
      let sum = 0;
      for (let at = seen + width / 2; at < age; at += width) sum += (ended(at) - ended(seen)) * width;
      expect(waiting(seen, age)).toBeCloseTo(sum / (1 - ended(seen)), 2);
    }
  });

  it('comes from the family, then the catalogue, then all models, for a new model', () => {
    const said = new Map([['said', 12]]);
    const families = new Map([
      ['slow-one', 'slow'],
      ['slow-two', 'slow'],
    ]);
    const known = createLearnedDurations(
      database({ now: () => now }),
      (model) => said.get(model),
      (model) => families.get(model),
    );
    expect(known.usual('unheard-of')).toBeCloseTo(60, 0);
    expect(known.usual('said')).toBeCloseTo(12, 0);
    for (let count = 0; count < 20; count += 1) known.learned('slow-one', 200);
    expect(known.usual('slow-two')).toBeGreaterThan(150);
    expect(known.usual('said')).toBeCloseTo(12, 0);
    expect(known.usual('unheard-of')).toBeGreaterThan(150);
    // Its own times count more from a few on.
    for (let count = 0; count < 8; count += 1) known.learned('slow-two', 30);
    expect(known.usual('slow-two')).toBeLessThan(45);
  });

  it('survives a restart', async () => {
    const open = () => createLearnedDurations(database({ now: () => now }), () => 10);
    const before = open();
    for (let count = 0; count < 40; count += 1) before.learned('slow-model', 90);
    await before.save();
    const after = open();
    expect(after.usual('slow-model')).toBeCloseTo(10, 0);
    await after.load();
    expect(after.usual('slow-model')).toBeCloseTo(before.usual('slow-model'), 5);
    before.learned('slow-model', 90);
    await before.save();
    await after.load();
    expect(after.of('slow-model')).toEqual(before.of('slow-model'));
  });
});

describe('a wait before the next try', () => {
  it('doubles up to its bound, spread over three quarters of it', () => {
    const waits = (chance: number) => [1, 2, 3, 8, 40].map((attempt) => backoff(attempt, () => chance));
    expect(waits(1)).toEqual([500, 1_000, 2_000, 60_000, 60_000]);
    expect(waits(0)).toEqual([125, 250, 500, 15_000, 15_000]);
  });
});
