/** Places for replicas: each has one running, which ends as the schedule says, and then the next one. */
import { setTimeout as rest } from 'node:timers/promises';
import type { Child } from './child.ts';
import type { Fate, Schedule } from './schedule.ts';
import type { World } from './world.ts';

/** What was done to the replicas. `points` counts by the point at which one ended. */
export type Tally = {
  kills: number;
  pauses: number;
  stops: number;
  starts: number;
  points: Map<string, number>;
  troubles: string[];
};

/** A replica that is not up by then is given up. Milliseconds. */
const startingPatience = 30_000;
/** What stopping in order may take. */
const stoppingPatience = 15_000;

type Parts = { world: World; schedule: Schedule; tally: Tally; speed: number; isOver: () => boolean };

export function createSlots({ world, schedule, tally, speed, isOver }: Parts) {
  const running = new Map<number, Child>();
  const awake = new Set<Child>();

  async function launch(slot: number, fate?: Fate): Promise<Child> {
    const isPoint = fate && 'at' in fate;
    const env: Record<string, string> = isPoint ? { [fate.how === 'SIGKILL' ? 'CRASH_AT' : 'PAUSE_AT']: fate.at } : {};
    const child = world.start(slot, env, (line) => {
      const point = line.startsWith('at ') ? line.slice(3) : undefined;
      if (point) tally.points.set(point, (tally.points.get(point) ?? 0) + 1);
    });
    tally.starts += 1;
    running.set(slot, child);
    void child.said('ready').then((ready) => ready !== undefined && awake.add(child));
    void child.ended.then(() => awake.delete(child));
    if (!fate || isPoint || fate.from === 'ready')
      await Promise.race([child.said('ready'), child.said('at'), rest(startingPatience, undefined, { ref: false })]);
    return child;
  }

  async function kill(child: Child): Promise<void> {
    if (!child.isAlive()) return;
    tally.kills += 1;
    await child.kill();
  }

  /** Frozen for longer than any lease, awake for a moment, and then dead. */
  async function thaw(child: Child): Promise<void> {
    tally.pauses += 1;
    awake.delete(child);
    await rest(schedule.frozen() / speed);
    child.signal('SIGCONT');
    await rest(1_500);
    await kill(child);
  }

  async function fulfil(child: Child, fate: Fate): Promise<void> {
    if ('at' in fate) {
      const reached = await Promise.race([child.said('at'), rest(fate.patience)]);
      if (fate.how === 'SIGSTOP' && reached !== undefined) return thaw(child);
      if (reached !== undefined) {
        await child.ended;
        tally.kills += 1;
        return;
      }
      return kill(child);
    }
    await Promise.race([rest(fate.after), child.ended]);
    if (!child.isAlive()) return;
    if (fate.how === 'SIGKILL') return kill(child);
    child.signal(fate.how);
    if (fate.how === 'SIGSTOP') return thaw(child);
    await stopped(child);
  }

  async function stopped(child: Child): Promise<void> {
    tally.stops += 1;
    const how = await Promise.race([child.ended, rest(stoppingPatience)]);
    if (how === 0) return;
    tally.troubles.push(
      how === undefined ? 'a replica did not stop within 15 s' : `a replica that was asked to stop ended with ${how}`,
    );
    await kill(child);
  }

  return {
    /** Keeps a slot busy until it is over, and leaves nothing running in it. */
    async live(slot: number): Promise<void> {
      while (!isOver()) {
        const fate = schedule.fate();
        const child = await launch(slot, fate);
        await fulfil(child, fate);
        // A replica that cannot start, because the database is away, is not started a hundred times.
        if (child.isAlive()) await kill(child);
        else await rest(50);
      }
    },
    /** How many replicas could take a call now. */
    awake: () => awake.size,
    /** A replica that nothing happens to; undefined when it did not come up. */
    calm: async (slot: number) => {
      const child = await launch(slot);
      return child.isAlive() ? child : undefined;
    },
    /** Stops what runs in order. */
    async stop(): Promise<void> {
      await Promise.all(
        [...running.values()].map(async (child) => {
          if (!child.isAlive()) return;
          child.signal('SIGTERM');
          await stopped(child);
        }),
      );
    },
    /** Whatever is left, without counting it. */
    async clear(): Promise<void> {
      await Promise.all([...running.values()].map((child) => child.kill()));
    },
  };
}
