import { describe, expect, it } from 'vitest';
import { createOutage } from '../../../src/db/engines/outage.ts';

function open() {
  const clock = { at: 1_000, now: () => clock.at };
  return { clock, outage: createOutage(clock) };
}

describe('an outage', () => {
  it('has not begun at first, and needs no probe', () => {
    const { outage } = open();
    expect(outage.since()).toBeUndefined();
    expect(outage.beginProbe()).toBe(false);
  });

  it('keeps its beginning until the database answers', () => {
    const { clock, outage } = open();
    outage.begin();
    clock.at = 2_000;
    outage.begin();
    expect(outage.since()).toBe(1_000);
    outage.end();
    expect(outage.since()).toBeUndefined();
  });

  it('lets one statement at a time probe the server', () => {
    const { outage } = open();
    outage.begin();
    expect([outage.beginProbe(), outage.beginProbe()]).toEqual([true, false]);
    outage.endProbe();
    expect(outage.beginProbe()).toBe(true);
  });
});
