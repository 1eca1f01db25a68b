/** One life of a process, from its start to its death. Everything that it waits for can be late or get lost. */
import type { Clock } from '../../src/concurrency/clock.ts';
import type { Chance } from './chance.ts';
import type { Side, Stage } from './plan.ts';
import type { Timeline } from './timeline.ts';

/**
 * The fate of one request. Milliseconds: `sent` and `answered` for the two ways, `givesUp` until its sender stops
 * waiting, `late` until it takes effect after all, `pause` for which the process stands still then.
 */
export type Fate = {
  sent: number;
  answered: number;
  lost?: 'request' | 'answer';
  givesUp: number;
  late?: number;
  dies?: Stage;
  pause?: number;
};

/** The world around all processes. */
export type World = {
  timeline: Timeline;
  chance: Chance;
  log(line: string): void;
  fate(io: number, side: Side, what: string, life: Life): Fate;
  /** Returns the number of the next request. */
  count(): number;
  died(life: Life): void;
  /** Records a request that changed something or left the process. Dying there may matter. */
  mattered(io: number): void;
  /** Factor on the waits between two looks of a loop: fewer statements for the same story. */
  loopIntervalFactor: number;
};

/** See `createLife`. */
export type Life = ReturnType<typeof createLife>;

/** The error of a request whose answer does not come. */
class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** A code as database drivers have it: the statement may have taken effect. */
  readonly code = 'NO_ANSWER';
}

type Request = { called: number; gone: boolean };

/** A request that arrives. `takeEffect` resolves with the function that hands the outcome to the process. */
type Arrival = {
  request: Request;
  fate: Fate;
  takeEffect(): Promise<() => void>;
  line(word: string): void;
  failed(how: string): void;
};

/** Returns a life that has begun. */
export function createLife(world: World, name: string, replica: number) {
  const { timeline, chance } = world;
  let alive = true;
  let pausedUntil = 0;
  let ahead = 0;
  const underWay = new Set<Request>();
  const stops: { from: number; until: number }[] = [];

  /** Runs `what` at that time. A dead process never notices it, and a paused one notices it later. */
  function notice(at: number, what: () => void): void {
    timeline.at(at, () => {
      if (!alive) return;
      if (timeline.now() < pausedUntil) notice(pausedUntil, what);
      else what();
    });
  }

  /**
   * With `sudden`, requests of this moment have not left yet. Otherwise each request under way has left or not, by
   * chance.
   */
  function kill(sudden = false): void {
    if (!alive) return;
    alive = false;
    for (const request of underWay) {
      request.gone = sudden ? request.called === timeline.now() : chance.happens(0.5);
    }
    world.log(`${name} is killed`);
    world.died(life);
  }

  /** Lets a request take effect, and its process learn the outcome. */
  async function arrive({ request, fate, takeEffect, line, failed }: Arrival): Promise<void> {
    underWay.delete(request);
    if (request.gone) return line('never left');
    const finish = await takeEffect();
    if (fate.dies === 'effect') kill(true);
    if (fate.pause) life.pause(timeline.now() + fate.pause);
    if (fate.late !== undefined) return;
    if (fate.lost === 'answer') return failed('unanswered');
    notice(timeline.now() + fate.answered, () => {
      finish();
      // After the answer arrived, and after everything that the process does up to its next request.
      if (fate.dies === 'after') timeline.at(timeline.now(), () => kill(true));
    });
  }

  /** Sends a request. Its promise stays open when the process dies. */
  async function io<T>(side: Side, what: string, effect: () => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!alive) return;
      const io = world.count();
      const line = (word: string) => world.log(`${name} #${io} ${word}: ${side} ${what}`);
      const fate = world.fate(io, side, what, life);
      if (fate.dies === 'before') {
        line('dies before');
        kill(true);
        return;
      }
      const called = timeline.now();
      const failed = (how: string) =>
        notice(called + fate.givesUp, () => {
          line(how);
          reject(new NoAnswer(how));
        });
      if (fate.lost === 'request') {
        failed('lost');
        return;
      }
      const request: Request = { called, gone: false };
      underWay.add(request);
      if (fate.late !== undefined) failed('given up');

      /** Runs the effect. Resolves with the function that hands its outcome to the process. */
      const takeEffect = async (): Promise<() => void> => {
        try {
          const result = await effect();
          line('happens');
          if (canMatter(side, what, result)) world.mattered(io);
          return () => resolve(result);
        } catch (error) {
          line(`refused (${textOf(error)})`);
          return () => reject(error);
        }
      };

      timeline.at(called + (fate.late ?? fate.sent), () => arrive({ request, fate, takeEffect, line, failed }));
    });
  }

  const clock: Clock = {
    now: () => timeline.now() + ahead,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (!alive) return;
        if (signal?.aborted) return resolve();
        const polls = milliseconds >= 200 && milliseconds <= 2_000;
        notice(timeline.now() + milliseconds * (polls ? world.loopIntervalFactor : 1), resolve);
        signal?.addEventListener('abort', () => notice(timeline.now(), resolve), { once: true });
      }),
  };

  const life = {
    name,
    replica,
    clock,
    io,
    kill,
    alive: () => alive,
    /** Stops the process, which later goes on without noticing. */
    pause(until: number) {
      pausedUntil = Math.max(pausedUntil, until);
      stops.push({ from: timeline.now(), until });
    },
    /** The times in which it stood still, in the world's time. */
    stops,
    paused: () => timeline.now() < pausedUntil,
    /** Sets its own clock forward or back by `by` milliseconds. */
    jump(by: number) {
      ahead += by;
    },
  };
  return life;
}

/** Whether the request changed something or left the process. */
const canMatter = (side: Side, what: string, answer: unknown): boolean =>
  side !== 'db' || (!what.startsWith('select') && didSomething(answer));

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Whether the answer of either driver says that rows were found or changed. */
function didSomething(answer: unknown): boolean {
  if (Array.isArray(answer)) return answer.length > 0 || Number(Reflect.get(answer, 'count') ?? 0) > 0;
  const { rows = [], affectedRows = 0 } = (answer ?? {}) as { rows?: unknown[]; affectedRows?: number };
  return rows.length + affectedRows > 0;
}
