import { describe, expect, it } from 'vitest';
import { createLearnedDurations } from '../../../src/jobs/poll/durations-store.ts';
import { useDatabase } from '../movable-database.ts';

const database = useDatabase();
const now = Date.parse('2026-03-04T10:00:00Z');

describe('the learned durations', () => {
  it('start a new model from its family, its usual time, then all models', () => {
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

  it('survive a restart', async () => {
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
