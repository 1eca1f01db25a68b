/** A call of the budget for the next piece of work, waited for before that is claimed: the whole claim is for the request. */
import { type Clock, sleepOver } from '../../concurrency/clock.ts';
import type { ApiRate } from '../state/api-rate.ts';

export type CallPermitParts = {
  /** Without it there is no limit. */
  apiRate?: Pick<ApiRate, 'limited' | 'begin' | 'leave'>;
  /** Whether there is anything to be done with a call: who only looks takes none from the others. */
  isWanted(): Promise<boolean>;
  clock: Clock;
};

/** It is waited for so long at a time, in milliseconds: whoever is stopped need not wait for it. */
const moment = 1_000;

export function createCallPermit({ apiRate, isWanted, clock }: CallPermitParts) {
  let coming: Promise<void> | undefined;

  return {
    /** Whether the call may be made: `soon` when it is still waited for, `no` when nothing is to be done. */
    async come(signal: AbortSignal): Promise<'now' | 'soon' | 'no'> {
      if (!apiRate?.limited) return 'now';
      if (!coming && !(await isWanted())) return 'no';
      if (!coming) {
        coming = apiRate.begin(signal);
        coming.catch(() => {
          coming = undefined;
        });
      }
      const early = new AbortController();
      const isHere = coming.then(() => true);
      const isSoon = clock.sleep(moment, early.signal).then(() => false);
      try {
        return (await Promise.race([isHere, isSoon])) ? 'now' : 'soon';
      } finally {
        early.abort(sleepOver);
      }
    },

    /** It was made, or will be by whoever was given the work; or it is given back, because the work was gone. */
    async over(isMade: boolean): Promise<void> {
      coming = undefined;
      if (!isMade) await apiRate?.leave();
    },
  };
}
