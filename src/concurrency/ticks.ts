/** Moments that all work with the same interval shares, so that a busy process wakes up once for much at a time. */
import type { Clock } from './clock.ts';

/** Moments that are `intervalMs` milliseconds apart on `clock`, counted from 1970. */
export type Ticks = { intervalMs: number; clock: Clock };

/** Returns ticks of `clock`. Undefined where there is no clock or no interval. */
export const ticksOf = (clock: Clock | undefined, intervalMs: number | undefined): Ticks | undefined =>
  clock && intervalMs ? { intervalMs, clock } : undefined;

/**
 * Returns the milliseconds from now to the tick after `startedAt`. 0 when that tick has passed. Never more than one
 * interval, so that a clock that is set back delays nothing for longer.
 */
export function untilNextTick({ intervalMs, clock }: Ticks, startedAt: number): number {
  const next = (Math.floor(startedAt / intervalMs) + 1) * intervalMs;
  return Math.max(0, Math.min(intervalMs, next - clock.now()));
}
