/**
 * Spreads jobs among lanes. PhotoGPT's list cannot tell the jobs of a lane apart, so one request of each lane is under
 * way at a time.
 */
import { hash } from 'node:crypto';
import type { Origin } from '../../chat.ts';

/**
 * Returns the lane of the job that an event asks for: `unpriced`, or `unpriced-2` to `unpriced-<lanes>`. An event has the
 * same lane in every process.
 */
export function laneOf({ event }: Pick<Origin, 'event'>, lanes = 1): string {
  const number = 1 + (Number.parseInt(hash('sha256', event).slice(0, 8), 16) % lanes);
  return number === 1 ? 'unpriced' : `unpriced-${number}`;
}
