import { expect, it } from 'vitest';
import { createTimeline } from './timeline.ts';

it('timeline lets an event put itself off within a round of events side by side', async () => {
  const timeline = createTimeline(0, 10);
  const happened: string[] = [];
  timeline.at(1, () => void happened.push('first'));
  const postponed = () => {
    if (timeline.now() < 8) timeline.at(8, postponed);
    else happened.push(`at ${timeline.now()}`);
  };
  timeline.at(8, postponed);
  expect(await timeline.run(() => false, 100)).toBe(false);
  expect(happened).toEqual(['first', 'at 8']);
});
