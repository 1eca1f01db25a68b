/** Slots for replicas. In each slot one replica runs until the schedule ends it, and then the next one. */
import { setTimeout as rest } from 'node:timers/promises';
import type { Child } from './child.ts';
import type { Fate, Schedule } from './schedule.ts';
import type { World } from './world.ts';

/** Counts of what was done to the replicas. `points` counts their ends at each point. */
export type Tally = {
  kills: number;
  pauses: number;
  stops: number;
  starts: number;
  points: Map<string, number>;
  troubles: string[];
};

/** Time in which a replica starts, if ever. */
const startTimeoutMs = 30_000;
/** Time in which a replica stops in order. */
const stopTimeoutMs = 15_000;

type Parts = { world: World; schedule: Schedule; tally: Tally; speed: number; isOver: () => boolean };

/** Returns slots in which nothing runs yet. */
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
      await Promise.race([child.said('ready'), child.said('at'), rest(startTimeoutMs, undefined, { ref: false })]);
    return child;
  }

  async function kill(child: Child): Promise<void> {
    if (!child.isAlive()) return;
    tally.kills += 1;
    await child.kill();
  }

  /** Leaves it frozen for longer than any lease, awake for a moment, and then kills it. */
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
      const reached = await Promise.race([child.said('at'), rest(fate.timeoutMs)]);
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
    const how = await Promise.race([child.ended, rest(stopTimeoutMs)]);
    if (how === 0) return;
    tally.troubles.push(
      how === undefined ? 'a replica did not stop within 15 s' : `a replica that was asked to stop ended with ${how}`,
    );
    await kill(child);
  }

  return {
    /** Runs one replica after another in a slot until `isOver`. Leaves none running. */
    async live(slot: number): Promise<void> {
      while (!isOver()) {
        const fate = schedule.fate();
        const child = await launch(slot, fate);
        await fulfil(child, fate);
        // A rest, because a replica cannot start while the database is away.
        if (child.isAlive()) await kill(child);
        else await rest(50);
      }
    },
    /** Returns the number of replicas that could take a call now. */
    awake: () => awake.size,
    /** Starts a replica without a fate. Resolves with undefined when it did not come up. */
    calm: async (slot: number) => {
      const child = await launch(slot);
      return child.isAlive() ? child : undefined;
    },
    /** Stops all replicas in order. */
    async stop(): Promise<void> {
      await Promise.all(
        [...running.values()].map(async (child) => {
          if (!child.isAlive()) return;
          child.signal('SIGTERM');
          await stopped(child);
        }),
      );
    },
    /** Kills the replicas that are left, without counting them. */
    async clear(): Promise<void> {
      await Promise.all([...running.values()].map((child) => child.kill()));
    },
  };
}
