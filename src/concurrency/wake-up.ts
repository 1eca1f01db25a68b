/** Wakes a waiting loop of this process at once, so that new work need not wait for the next look. */
import { type Clock, sleepOver } from './clock.ts';

/** Ends a wait of one loop early. */
export type WakeUp = {
  /** Ends the wait under way, or the next one when nothing waits. */
  notify(): void;
  /** Resolves after `milliseconds`, with `notify`, or when the signal aborts. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
};

/** Returns a wake-up for one loop. */
export function createWakeUp(clock: Clock): WakeUp {
  let isNotified = false;
  let wake = () => {};
  return {
    notify() {
      isNotified = true;
      wake();
    },
    async wait(milliseconds, signal) {
      if (!isNotified) {
        // Not `AbortSignal.any`: Node 20 keeps what it returns for as long as `signal` lives, which is for ever here.
        const sleeping = new AbortController();
        wake = () => sleeping.abort(sleepOver);
        signal.addEventListener('abort', wake);
        if (signal.aborted) wake();
        await clock.sleep(milliseconds, sleeping.signal);
        signal.removeEventListener('abort', wake);
        wake = () => {};
      }
      isNotified = false;
    },
  };
}
