import { describe, expect, it } from 'vitest';
import { createProgressUpdates } from '../../../../src/platforms/slack/send/progress-updates.ts';
import { createMovedClock } from '../../../sandbox/moved-clock.ts';

describe('progress', () => {
  it('of one message is shown at most every ten seconds', () => {
    const clock = createMovedClock();
    const updates = createProgressUpdates(clock);
    const shown: number[] = [];
    for (let tenth = 0; tenth < 600; tenth += 1) {
      if (updates.take('T1', 'm')) shown.push(clock.now());
      clock.pass(0.1);
    }
    const gaps = shown.slice(1).map((now, at) => now - (shown[at] ?? 0));
    expect(shown.length).toBe(6);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10_000);
  });

  it.each([1, 5, 30])('is shown at most 30 times a minute for %i messages, in equal parts', (messages) => {
    const clock = createMovedClock();
    const updates = createProgressUpdates(clock);
    const shown = new Map<number, number>();
    for (let round = 0; round < 60; round += 1) {
      for (let message = 0; message < messages; message += 1) {
        if (updates.take('T1', String(message))) shown.set(message, (shown.get(message) ?? 0) + 1);
      }
      clock.pass(10);
    }
    const counts = [...shown.values()];
    expect(counts).toHaveLength(messages);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    // The first round shows each message once.
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(30 * 10 + messages);
  });
});
