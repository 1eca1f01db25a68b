/** Spreads jobs that cannot be told apart among lanes: one request of each lane is under way at a time. */
import { hash } from 'node:crypto';
import type { Origin } from '../../chat.ts';

/** `unpriced` and `unpriced-2` to `unpriced-<lanes>`: the same event has the same lane in every process. */
export function laneOf({ event }: Pick<Origin, 'event'>, lanes = 1): string {
  const number = 1 + (Number.parseInt(hash('sha256', event).slice(0, 8), 16) % lanes);
  return number === 1 ? 'unpriced' : `unpriced-${number}`;
}
