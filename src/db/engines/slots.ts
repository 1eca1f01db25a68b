/** Places at a counter: so many are served at one time, the others wait in order, and nobody waits for ever. */
import { type Clock, enough } from '../../concurrency/clock.ts';

type Settings = { places: number; mostWaiting: number; clock: Clock };

/** `take` gives the function that frees the place, or undefined when there was none in time or too many wait already. */
export function createSlots({ places, mostWaiting, clock }: Settings) {
  const waiting = new Set<() => void>();
  let taken = 0;

  const free = () => {
    const [next] = waiting;
    if (next) next();
    else taken -= 1;
  };

  return {
    async take(patience: number): Promise<(() => void) | undefined> {
      if (taken < places) {
        taken += 1;
        return free;
      }
      if (waiting.size >= mostWaiting) return undefined;
      const over = new AbortController();
      let isMine = false;
      const turn = () => {
        isMine = true;
        waiting.delete(turn);
        over.abort(enough);
      };
      waiting.add(turn);
      await clock.sleep(patience, over.signal);
      waiting.delete(turn);
      return isMine ? free : undefined;
    },
  };
}
