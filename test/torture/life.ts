/** One life of a process: everything it waits for can be lost, delayed or never come, because it is killed or paused. */
import type { Clock } from '../../src/concurrency/clock.ts';
import type { Chance } from './chance.ts';
import type { Side, Stage } from './plan.ts';
import type { Timeline } from './timeline.ts';

/** What becomes of one request: lost on its way, its answer lost, or neither; and how long things take, in milliseconds. */
export type Fate = {
  sent: number;
  answered: number;
  lost?: 'request' | 'answer';
  givesUp: number;
  late?: number;
  dies?: Stage;
  pause?: number;
};

export type World = {
  timeline: Timeline;
  chance: Chance;
  log(line: string): void;
  fate(io: number, side: Side, what: string, life: Life): Fate;
  /** The number of the next request. */
  count(): number;
  died(life: Life): void;
  /** This request changed something, or asked somebody outside: dying there may matter. */
  mattered(io: number): void;
  /** Whether the time between two looks is stretched: fewer statements for the same story. */
  unhurried: number;
};

export type Life = ReturnType<typeof createLife>;

/** Thrown to whoever waits for an answer that will not come. */
class Silence extends Error {
  override readonly name = 'Silence';
  /** As the database's driver would put it: it may have been done all the same. */
  readonly code = 'NO_ANSWER';
}

type Request = { called: number; gone: boolean };

export function createLife(world: World, name: string, replica: number) {
  const { timeline, chance } = world;
  let alive = true;
  let pausedUntil = 0;
  let ahead = 0;
  const underWay = new Set<Request>();
  const stops: { from: number; until: number }[] = [];

  /** Runs when the process is there to notice: not at all once it is dead, later while it is paused. */
  function notice(at: number, what: () => void): void {
    timeline.at(at, () => {
      if (!alive) return;
      if (timeline.now() < pausedUntil) notice(pausedUntil, what);
      else what();
    });
  }

  /** `sudden` is for a kill at an exact point: what was called at this very moment has not left yet. */
  function kill(sudden = false): void {
    if (!alive) return;
    alive = false;
    for (const request of underWay) {
      request.gone = sudden ? request.called === timeline.now() : chance.happens(0.5);
    }
    world.log(`${name} is killed`);
    world.died(life);
  }

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
          reject(new Silence(how));
        });
      if (fate.lost === 'request') {
        failed('lost');
        return;
      }
      const request: Request = { called, gone: false };
      underWay.add(request);
      if (fate.late !== undefined) failed('given up');
      timeline.at(called + (fate.late ?? fate.sent), async () => {
        underWay.delete(request);
        if (request.gone) return line('never left');
        let finish: () => void;
        try {
          const result = await effect();
          finish = () => resolve(result);
          line('happens');
          if (side !== 'db' || (!what.startsWith('select') && didSomething(result))) world.mattered(io);
        } catch (error) {
          finish = () => reject(error);
          line(`refused (${error instanceof Error ? error.message : error})`);
        }
        if (fate.dies === 'effect') kill(true);
        if (fate.pause) life.pause(timeline.now() + fate.pause);
        if (fate.late !== undefined) return;
        if (fate.lost === 'answer') return failed('unanswered');
        notice(timeline.now() + fate.answered, () => {
          finish();
          // The answer arrives, and what the process does with it up to its next request is done.
          if (fate.dies === 'after') timeline.at(timeline.now(), () => kill(true));
        });
      });
    });
  }

  const clock: Clock = {
    now: () => timeline.now() + ahead,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (!alive) return;
        if (signal?.aborted) return resolve();
        const polls = milliseconds >= 200 && milliseconds <= 2_000;
        notice(timeline.now() + milliseconds * (polls ? world.unhurried : 1), resolve);
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
    /** Stopped, and later continued, without noticing. */
    pause(until: number) {
      pausedUntil = Math.max(pausedUntil, until);
      stops.push({ from: timeline.now(), until });
    },
    /** When it stood still, in the world's time. */
    stops,
    paused: () => timeline.now() < pausedUntil,
    /** Its own clock is set forward, or back, by so many milliseconds. */
    jump(by: number) {
      ahead += by;
    },
  };
  return life;
}

/** What both drivers answer, as far as it tells whether any row was found or changed. */
function didSomething(answer: unknown): boolean {
  if (Array.isArray(answer)) return answer.length > 0 || Number(Reflect.get(answer, 'count') ?? 0) > 0;
  const { rows = [], affectedRows = 0 } = (answer ?? {}) as { rows?: unknown[]; affectedRows?: number };
  return rows.length + affectedRows > 0;
}
