/** People who ask steadily, and the longest time in which none of them got an answer. */
import { setTimeout as rest } from 'node:timers/promises';
import { createSchedule } from './schedule.ts';
import type { World } from './world.ts';

/** A crowd that asks until its end. */
export type Crowd = {
  /** Stops asking. Resolves with the longest time between two answers while a call waited, in milliseconds. */
  end(): Promise<number>;
};

/** Calls that may wait at a time. A longer queue would hide how long one call takes. */
const maxWaiting = 6;
/** Time between two looks for answers. */
const lookIntervalMs = 50;

/** Starts asking, every `everyMs` milliseconds. */
export function openCrowd(world: World, { seed, everyMs }: { seed: number; everyMs: number }): Crowd {
  const schedule = createSchedule(seed, { hasSlack: world.slack !== undefined });
  let isOver = false;

  async function asking(): Promise<void> {
    while (!isOver) {
      if (world.people.calls.length - world.answered() < maxWaiting)
        world.people.ask({ ...schedule.wish(), kind: 'imagine', twice: false });
      await rest(everyMs);
    }
  }

  async function watching(): Promise<number> {
    let answered = 0;
    let since = Date.now();
    let longest = 0;
    while (!isOver) {
      const now = world.answered();
      const isWaited = now < world.people.calls.length;
      if (now > answered || !isWaited) since = Date.now();
      answered = now;
      longest = Math.max(longest, Date.now() - since);
      await rest(lookIntervalMs);
    }
    return longest;
  }

  const asked = asking();
  const watched = watching();
  return {
    async end() {
      isOver = true;
      await asked;
      return watched;
    },
  };
}
