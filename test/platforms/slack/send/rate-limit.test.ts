import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../../src/concurrency/clock.ts';
import { createProgressUpdates } from '../../../../src/platforms/slack/send/progress-updates.ts';
import { createRateLimit } from '../../../../src/platforms/slack/send/rate-limit.ts';

/** A clock on which waiting takes no time. */
function movedClock() {
  let now = 0;
  const clock: Clock = {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  };
  return { clock, move: (milliseconds: number) => (now += milliseconds) };
}

describe('pacing', () => {
  it('lets one message a second into a channel, after a short burst', async () => {
    const { clock } = movedClock();
    const rateLimit = createRateLimit(clock);
    for (let sent = 0; sent < 34; sent += 1) await rateLimit.acquire('T1', 'chat.postMessage', 'C1');
    expect(clock.now()).toBeGreaterThanOrEqual(29_000);
    expect(clock.now()).toBeLessThanOrEqual(31_000);
  });

  it('keeps below the calls a minute of each method, for each workspace by itself', async () => {
    const { clock } = movedClock();
    const rateLimit = createRateLimit(clock);
    for (let sent = 0; sent < 75; sent += 1) await rateLimit.acquire('T1', 'chat.update');
    expect(clock.now()).toBeGreaterThanOrEqual(59_000);
    const before = clock.now();
    await rateLimit.acquire('T2', 'chat.update');
    await rateLimit.acquire('T1', 'files.info');
    expect(clock.now()).toBe(before);
  });

  it('lets no minute have more calls of a method than Slack allows', async () => {
    const { clock } = movedClock();
    const rateLimit = createRateLimit(clock);
    const times: number[] = [];
    for (let sent = 0; sent < 200; sent += 1) {
      await rateLimit.acquire('T1', 'chat.update');
      times.push(clock.now());
    }
    const most = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
    expect(most).toBeLessThanOrEqual(50);
    expect(most).toBeGreaterThan(40);
  });

  it('holds back one method in one workspace for as long as Slack asked', async () => {
    const { clock } = movedClock();
    const rateLimit = createRateLimit(clock);
    rateLimit.pause('T1', 'chat.update', 7);
    await rateLimit.acquire('T1', 'chat.postMessage');
    await rateLimit.acquire('T2', 'chat.update');
    expect(clock.now()).toBe(0);
    await rateLimit.acquire('T1', 'chat.update');
    expect(clock.now()).toBe(7_000);
  });

  it('stops waiting when it is asked to', async () => {
    const rateLimit = createRateLimit(movedClock().clock);
    await expect(rateLimit.acquire('T1', 'chat.update', undefined, AbortSignal.abort())).rejects.toThrow();
  });
});

describe('progress', () => {
  it('of one message is shown at most every ten seconds', () => {
    const { clock, move } = movedClock();
    const updates = createProgressUpdates(clock);
    const shown: number[] = [];
    for (let tenth = 0; tenth < 600; tenth += 1) {
      if (updates.take('T1', 'm')) shown.push(clock.now());
      move(100);
    }
    const gaps = shown.slice(1).map((now, at) => now - (shown[at] ?? 0));
    expect(shown.length).toBe(6);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10_000);
  });

  it.each([1, 5, 30])(
    'is shown at most 30 times a minute for %i messages, each of them as often as the others',
    (messages) => {
      const { clock, move } = movedClock();
      const updates = createProgressUpdates(clock);
      const shown = new Map<number, number>();
      for (let round = 0; round < 60; round += 1) {
        for (let message = 0; message < messages; message += 1) {
          if (updates.take('T1', String(message))) shown.set(message, (shown.get(message) ?? 0) + 1);
        }
        move(10_000);
      }
      const counts = [...shown.values()];
      expect(counts).toHaveLength(messages);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      // The first round shows everybody once.
      expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(30 * 10 + messages);
    },
  );
});
