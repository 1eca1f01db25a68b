import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../../src/concurrency/clock.ts';
import { createRateLimit } from '../../../../src/platforms/slack/web/rate-limit.ts';

/** A clock on which waiting takes no time. */
function fastClock() {
  let now = 0;
  const clock: Clock = {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  };
  return clock;
}

describe('rate limits', () => {
  it('lets one message a second into a channel, after a short burst', async () => {
    const clock = fastClock();
    const rateLimit = createRateLimit(clock);
    for (let sent = 0; sent < 34; sent += 1) await rateLimit.acquire('T1', 'chat.postMessage', 'C1');
    expect(clock.now()).toBeGreaterThanOrEqual(29_000);
    expect(clock.now()).toBeLessThanOrEqual(31_000);
  });

  it('keeps below the calls a minute of each method, for each workspace by itself', async () => {
    const clock = fastClock();
    const rateLimit = createRateLimit(clock);
    for (let sent = 0; sent < 75; sent += 1) await rateLimit.acquire('T1', 'chat.update');
    expect(clock.now()).toBeGreaterThanOrEqual(59_000);
    const before = clock.now();
    await rateLimit.acquire('T2', 'chat.update');
    await rateLimit.acquire('T1', 'files.info');
    expect(clock.now()).toBe(before);
  });

  it('lets no minute have more calls of a method than Slack allows', async () => {
    const clock = fastClock();
    const rateLimit = createRateLimit(clock);
    const times: number[] = [];
    for (let sent = 0; sent < 200; sent += 1) {
      await rateLimit.acquire('T1', 'chat.update');
      times.push(clock.now());
    }
    const maxInAMinute = Math.max(
      ...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length),
    );
    expect(maxInAMinute).toBeLessThanOrEqual(50);
    expect(maxInAMinute).toBeGreaterThan(40);
  });

  it('holds a method back no longer than Slack asked after the clock was set back by a day', async () => {
    const slept: number[] = [];
    let now = 100_000_000;
    const rateLimit = createRateLimit({ now: () => now, sleep: async (milliseconds) => void slept.push(milliseconds) });
    rateLimit.pause('T1', 'chat.update', 7);
    now -= 86_400_000;
    await rateLimit.acquire('T1', 'chat.update');
    expect(slept).toEqual([7_000]);
  });

  it('holds back one method in one workspace for as long as Slack asked', async () => {
    const clock = fastClock();
    const rateLimit = createRateLimit(clock);
    rateLimit.pause('T1', 'chat.update', 7);
    await rateLimit.acquire('T1', 'chat.postMessage');
    await rateLimit.acquire('T2', 'chat.update');
    expect(clock.now()).toBe(0);
    await rateLimit.acquire('T1', 'chat.update');
    expect(clock.now()).toBe(7_000);
  });

  it('stops waiting when it is asked to', async () => {
    const rateLimit = createRateLimit(fastClock());
    await expect(rateLimit.acquire('T1', 'chat.update', undefined, AbortSignal.abort())).rejects.toThrow();
  });
});
