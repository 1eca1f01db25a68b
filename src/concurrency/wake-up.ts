/** A bell between loops of one process: work that was just made need not wait for the next look. */
import { type Clock, enough } from './clock.ts';

/** `ring` wakes whoever waits, or whoever waits next. `wait` ends with the bell, the time or the signal. */
export type WakeUp = { notify(): void; wait(milliseconds: number, signal: AbortSignal): Promise<void> };

export function createWakeUp(clock: Clock): WakeUp {
  let rung = false;
  let stir = () => {};
  return {
    notify() {
      rung = true;
      stir();
    },
    async wait(milliseconds, signal) {
      if (!rung) {
        // Not `AbortSignal.any`: Node 20 keeps what it makes for as long as `signal` lives, and that is for ever here.
        const stirred = new AbortController();
        stir = () => stirred.abort(enough);
        signal.addEventListener('abort', stir);
        if (signal.aborted) stir();
        await clock.sleep(milliseconds, stirred.signal);
        signal.removeEventListener('abort', stir);
        stir = () => {};
      }
      rung = false;
    },
  };
}
