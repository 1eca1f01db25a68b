import { describe, expect, it } from 'vitest';
import { backoff } from '../../../src/concurrency/backoff.ts';
import { curveOf, prior } from '../../../src/jobs/poll/durations.ts';
import { createInFlight, type InFlightJob } from '../../../src/jobs/poll/in-flight.ts';
import { createPlan, type Question } from '../../../src/jobs/poll/plan.ts';
import type { Capabilities } from '../../../src/jobs/state/list-capabilities.ts';

const now = Date.parse('2026-03-04T10:00:00Z');
const usual = prior(10);

/** A job of `age` seconds that was last seen at `seen` seconds. The list has left it out `misses` times. */
type Known = { age: number; seen: number; misses: number };
const job = (age: number, seen = 0, misses = 0): Known => ({ age, seen, misses });

/** Returns the questions about these jobs, by ages: of the one job, or of the youngest and the oldest on a page. */
function ask(
  jobs: Known[],
  { list = { pageSize: 20 }, maxCalls = 1, curve = curveOf(usual), price = 0.25 }: Asking = {},
) {
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
  return createPlan()(inFlight, { now, curve: () => curve, list, cursors: [], maxCalls, price }).map(told);
}
type Asking = { list?: Capabilities; maxCalls?: number; curve?: ReturnType<typeof curveOf>; price?: number };

describe('a plan', () => {
  it('has no question while no end is expected', () => {
    expect(ask([])).toEqual([]);
    expect(ask([job(1), job(0.5)])).toEqual([]);
    expect(ask([job(30, 30)])).toEqual([]);
  });

  it('asks for the one job that has probably ended', () => {
    expect(ask([job(15)])).toEqual([['job', 15]]);
    expect(ask([job(15, 15), job(40)])).toEqual([['job', 40]]);
  });

  it('asks for the page on which several have probably ended', () => {
    const jobs = Array.from({ length: 12 }, (_, index) => job(9 + index / 10));
    expect(ask(jobs)).toEqual([['window', 9, 10.1, 1]]);
  });

  it('asks for a page in the middle of the list', () => {
    const old = Array.from({ length: 10 }, (_, index) => job(12 + index / 10));
    const young = Array.from({ length: 10 }, (_, index) => job(1 + index / 10));
    expect(ask([...young, ...old], { list: { pageSize: 10 } })).toEqual([['window', 12, 12.9, 1]]);
    const oldestFirst = { pageSize: 10, order: 'oldest' } as const;
    expect(ask([...young, ...old], { list: oldestFirst })).toEqual([['window', 12, 12.9, 1]]);
  });

  it('reads from the top as far as each page is worth its call', () => {
    const jobs = Array.from({ length: 12 }, (_, index) => job(8 + index / 10));
    const list = { pageSize: 6, window: false, tokens: false };
    expect(ask(jobs, { list, maxCalls: 5 })[0]).toEqual(['top', 8, 9.1, 2]);
  });

  it('asks several questions, none of them about the same jobs', () => {
    const jobs = Array.from({ length: 40 }, (_, index) => job(8 + index / 100));
    const asked = ask([...jobs, job(300)], { list: { pageSize: 20 }, maxCalls: 5 });
    expect(asked).toContainEqual(['job', 300]);
    const pages = asked.filter(([kind]) => kind === 'window');
    expect(pages.length).toBeGreaterThan(0);
    const spans = pages.map(([, youngest, oldest]) => [Number(youngest), Number(oldest)]).sort();
    for (const [index, [youngest]] of spans.entries()) {
      if (index > 0) expect(youngest).toBeGreaterThan(spans[index - 1]?.[1] ?? 0);
    }
  });

  it('asks for no page of a list that leaves the jobs out', () => {
    const jobs = Array.from({ length: 12 }, (_, index) => job(9 + index / 10, 0, 2));
    expect(ask(jobs).map(([kind]) => kind)).toEqual(['job']);
  });

  it('asks after five minutes, however unlikely an end is', () => {
    const curve = curveOf(prior(7_000));
    expect(ask([job(20, 0)], { curve })).toEqual([]);
    expect(ask([job(200, 190)], { curve })).toEqual([]);
    expect(ask([job(400, 50)], { curve })).toEqual([['job', 400]]);
  });
});

describe('a back-off with the usual bounds', () => {
  it('doubles up to its bound, and spreads over three quarters of it', () => {
    const waits = (chance: number) => [1, 2, 3, 8, 40].map((attempt) => backoff(attempt, () => chance));
    expect(waits(1)).toEqual([500, 1_000, 2_000, 60_000, 60_000]);
    expect(waits(0)).toEqual([125, 250, 500, 15_000, 15_000]);
  });
});
