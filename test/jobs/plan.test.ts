import { describe, expect, it } from 'vitest';
import { backoff } from '../../src/jobs/backoff.ts';
import { learn, median, prior, unseenWaiting } from '../../src/jobs/durations.ts';
import { createExperience } from '../../src/jobs/durations-store.ts';
import { type InFlight, nextQuestion } from '../../src/jobs/plan.ts';
import { useDatabase } from './movable-database.ts';

const database = useDatabase();
const now = Date.parse('2026-03-04T10:00:00Z');
const usual = prior(10);
const histogramOf = () => usual;

/** A job of `age` seconds that was last seen when it was `seen` seconds old. */
const job = (age: number, seen = 0, more: Partial<InFlight> = {}): InFlight => ({
  id: age,
  remoteId: `remote-${age}`,
  model: 'm',
  submittedAt: now - age * 1000,
  seen: now - (age - seen) * 1000,
  ...more,
});
const ask = (jobs: InFlight[], density = 20) => nextQuestion(jobs, now, histogramOf, density);

describe('the next question', () => {
  it('is none while nothing is expected, and none without jobs', () => {
    expect(ask([])).toBeUndefined();
    expect(ask([job(1), job(0.5)])).toBeUndefined();
    expect(ask([job(30, 30)])).toBeUndefined();
  });

  it('is after the one job that has probably ended', () => {
    expect(ask([job(15)])).toMatchObject({ kind: 'job', job: { id: 15 } });
    expect(ask([job(15, 15), job(40)])).toMatchObject({ kind: 'job', job: { id: 40 } });
    expect(ask([job(15, 14.9), job(40)])).toMatchObject({ kind: 'list' });
  });

  it('is for the list when several on one page have', () => {
    expect(ask([job(15), job(16), job(17)])).toMatchObject({ kind: 'list', pages: 1, since: now - 17_000 });
  });

  it('reaches as far back as every page is worth its call', () => {
    const jobs = Array.from({ length: 12 }, (_, index) => job(12 + index));
    expect(ask(jobs, 5)).toMatchObject({ kind: 'list', pages: 2, since: now - 21_000 });
    expect(ask(jobs, 20)).toMatchObject({ kind: 'list', pages: 1, since: now - 23_000 });
    const early = [...Array.from({ length: 6 }, (_, index) => job(0.1 + index / 100)), job(30), job(31)];
    expect(ask(early, 2)).toMatchObject({ kind: 'job' });
  });

  it('is not for a list that does not show them', () => {
    const jobs = [15, 16, 17].map((age) => job(age, 0, { misses: 2 }));
    expect(ask(jobs)).toMatchObject({ kind: 'job', job: { id: 17 } });
  });

  it('comes after five minutes, however sure it is that nothing ended', () => {
    const sure = prior(7_000);
    const old = job(400, 50);
    expect(nextQuestion([job(200)], now, () => sure, 20)).toBeUndefined();
    expect(nextQuestion([old], now, () => sure, 20)).toEqual({ kind: 'job', job: old });
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
    const worth = [2, 5, 10, 20, 60, 600].map((age) => unseenWaiting(usual, 0, age));
    expect([...worth].sort((a, b) => a - b)).toEqual(worth);
    expect(unseenWaiting(usual, 10, 10)).toBe(0);
    // Beyond all experience a job may still end.
    expect(unseenWaiting(usual, 7_000, 7_300)).toBeGreaterThan(0);
    expect(worth.every((each, index) => each <= ([2, 5, 10, 20, 60, 600][index] ?? 0))).toBe(true);
  });

  it('survives a restart', async () => {
    const open = () => createExperience(database({ now: () => now }), () => 10);
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
