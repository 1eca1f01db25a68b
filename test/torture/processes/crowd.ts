/** People who ask steadily, and how long nobody got anything. */
import { setTimeout as rest } from 'node:timers/promises';
import { createSchedule } from './schedule.ts';
import type { World } from './world.ts';

export type Crowd = {
  /** Asks no more. Resolves with the longest time between two answers while somebody waited, in milliseconds. */
  end(): Promise<number>;
};

/** Nobody asks for more while so many calls wait: a queue would hide how long one call takes. */
const mostWaiting = 6;
/** How often is looked. Milliseconds. */
const glance = 50;

/** Starts asking, `every` so many milliseconds. */
export function openCrowd(world: World, { seed, every }: { seed: number; every: number }): Crowd {
  const schedule = createSchedule(seed, { hasSlack: world.slack !== undefined });
  let isOver = false;

  async function asking(): Promise<void> {
    while (!isOver) {
      if (world.people.calls.length - world.answered() < mostWaiting)
        world.people.ask({ ...schedule.wish(), kind: 'imagine', twice: false });
      await rest(every);
    }
  }

  async function watching(): Promise<number> {
    let [answered, since, longest] = [0, Date.now(), 0];
    while (!isOver) {
      const now = world.answered();
      const isWaited = now < world.people.calls.length;
      if (now > answered || !isWaited) since = Date.now();
      answered = now;
      longest = Math.max(longest, Date.now() - since);
      await rest(glance);
    }
    return longest;
  }

  const [asked, watched] = [asking(), watching()];
  return {
    async end() {
      isOver = true;
      await asked;
      return watched;
    },
  };
}
