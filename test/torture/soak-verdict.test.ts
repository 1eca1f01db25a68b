import { expect, it } from 'vitest';
import { judge, type Sample } from './soak-verdict.ts';

const calm: Sample = { rss: 200e6, heap: 80e6, timers: 20, sockets: 10, listeners: 14, warnings: 0 };
/** Judges forty samples. `at` makes each from the progress of the soak, from 0 to 1. */
const over = (at: (progress: number) => Partial<Sample>) =>
  judge(Array.from({ length: 40 }, (_, index) => ({ ...calm, ...at(index / 39) })));

it('soak verdict is flat when memory wavers but does not rise', () => {
  expect(over((progress) => ({ rss: 200e6 + 30e6 * Math.sin(progress * 40) }))).toMatchObject({ isFlat: true });
  // One outlier at the end does not count.
  expect(over((progress) => (progress === 1 ? { heap: 400e6 } : {})).isFlat).toBe(true);
});

it.each([
  ['memory', (progress: number) => ({ rss: 200e6 * (1 + 0.2 * progress) })],
  ['the heap alone', (progress: number) => ({ heap: 80e6 * (1 + 0.2 * progress) })],
  ['timers', (progress: number) => ({ timers: 20 + Math.round(60 * progress) })],
  ['sockets', (progress: number) => ({ sockets: 10 + Math.round(60 * progress) })],
  ['listeners', (progress: number) => ({ listeners: 14 + Math.round(4 * progress) })],
  ['warnings of the runtime', (progress: number) => ({ warnings: progress > 0.5 ? 1 : 0 })],
])('soak verdict is not flat with more and more %s', (_, at) => {
  expect(over(at).isFlat).toBe(false);
});
