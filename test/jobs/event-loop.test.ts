import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as rest } from 'node:timers/promises';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { curveOf, prior } from '../../src/jobs/poll/durations.ts';
import { createInFlight } from '../../src/jobs/poll/in-flight.ts';
import { createPlan } from '../../src/jobs/poll/plan.ts';

const now = Date.parse('2026-03-04T10:00:00Z');
const curve = curveOf(prior(540));

/** Returns `count` jobs in flight that were submitted in the last nine minutes. Some were seen since. */
function filled(count: number) {
  const inFlight = createInFlight();
  for (let job = 0; job < count; job += 1) {
    const submittedAt = now - 540_000 + (job * 540_000) / count;
    inFlight.add(
      { id: job, remoteId: `job_${job.toString(36).padStart(22, '0')}`, model: `m-${job % 5}`, submittedAt },
      1,
    );
  }
  const { seen, at } = inFlight.fields();
  for (const slot of inFlight.order()) seen[slot] = Math.max(at[slot] ?? 0, now - ((slot >> 7) % 40) * 1_000);
  return inFlight;
}

/** Returns the least processor time that `work` took in several runs, in milliseconds. Other threads count too. */
function leastMs(times: number, work: (time: number) => void): number {
  const taken = Array.from({ length: times }, (_, time) => {
    const before = process.cpuUsage();
    work(time);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...taken);
}

describe('work on the event loop', () => {
  const inFlight = filled(100_000);
  const plan = createPlan();
  const step = (time: number) =>
    plan(inFlight, { now: now + time * 250, curve: () => curve, list: { pageSize: 100 }, cursors: [], maxCalls: 50 });

  it('is short when polls are planned with 100,000 jobs in flight', () => {
    expect(step(0).length).toBeGreaterThan(20);
    expect(leastMs(8, (time) => step(time + 1))).toBeLessThan(50);
  });

  it('is short when a page turns out to be elsewhere in the list', () => {
    const orders = leastMs(8, (time) => {
      for (let job = 0; job < 100; job += 1)
        inFlight.sighted(50_000 + job, (inFlight.fields().at[50_000 + job] ?? 0) + time);
      inFlight.order();
    });
    expect(orders).toBeLessThan(50);
  });

  it('takes few bytes for each job', () => {
    const bytes = Object.values(inFlight.fields()).reduce((sum, array) => sum + array.byteLength, 0);
    // The id as text and the map that finds it take some 150 more.
    expect(bytes / inFlight.size()).toBeLessThan(120);
  });

  it('goes on while a large picture is encoded and polls are planned', async () => {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    const picture = sharp({ create: { width: 2_500, height: 2_500, channels: 3, background: 'teal' } }).webp({
      effort: 6,
    });
    let isOver = false;
    let turns = 0;
    delay.enable();
    const drawing = picture.toBuffer().finally(() => {
      isOver = true;
    });
    while (!isOver) {
      step(turns);
      turns += 1;
      await rest(20);
    }
    delay.disable();
    await drawing;
    expect(turns).toBeGreaterThan(2);
    expect(delay.percentile(50) / 1e6).toBeLessThan(50);
  });
});
