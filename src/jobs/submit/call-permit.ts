/**
 * Reserves an API call for the next job before that job is claimed. The whole claim is then left for the request.
 *
 * States: no permit, pending (the API rate was asked), granted. `release` leads back to no permit.
 */
import type { Clock } from '../../concurrency/clock.ts';
import { timedOut, withTimeout } from '../../concurrency/with-timeout.ts';
import type { ApiRate } from '../state/api-rate.ts';
import { permitWaitMs } from '../timings.ts';

/** The parts that reserve a call. */
export type CallPermitParts = {
  /** There is no limit without it. */
  apiRate?: Pick<ApiRate, 'isLimited' | 'begin' | 'leave'>;
  /** Resolves with whether there is a job to send. A process without one takes no call from the others. */
  isWanted(): Promise<boolean>;
  clock: Clock;
};

/** `granted`: the call may be made. `pending`: ask again. `unwanted`: there is no job to send. */
type PermitState = 'granted' | 'pending' | 'unwanted';

/** Returns the permit of one loop, not yet asked for. */
export function createCallPermit({ apiRate, isWanted, clock }: CallPermitParts) {
  let reservation: Promise<void> | undefined;

  function reserve(apiRate: Pick<ApiRate, 'begin'>, signal: AbortSignal): Promise<void> {
    const reserved = apiRate.begin(signal);
    reserved.catch(() => {
      reservation = undefined;
    });
    return reserved;
  }

  return {
    /** Waits up to a second for the permit. Rejects when the database fails or the signal aborts. */
    async request(signal: AbortSignal): Promise<PermitState> {
      if (!apiRate?.isLimited) return 'granted';
      if (!reservation && !(await isWanted())) return 'unwanted';
      reservation ??= reserve(apiRate, signal);
      return (await withTimeout(reservation, permitWaitMs, clock)) === timedOut ? 'pending' : 'granted';
    },

    /** Ends a granted permit. An unused call goes back to all replicas. */
    async release(use: 'used' | 'unused'): Promise<void> {
      reservation = undefined;
      if (use === 'unused') await apiRate?.leave();
    },
  };
}
