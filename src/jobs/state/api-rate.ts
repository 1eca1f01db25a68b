/** How many requests a second PhotoGPT gets from all replicas of one key: what people wait for first, questions last. */
import type { Clock } from '../../concurrency/clock.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';

/** Takes at most `wanted` calls from what all replicas share, or gives some back; see `RemoteStore.takeCalls`. */
export type TakeCalls = (wanted: number, partition: { rate: number; most: number; reserve: number }) => Promise<number>;

/**
 * Calls are taken in advance by so many at most, and for so many milliseconds of the rate, so that most need no statement.
 * What is not used within `keptFor` milliseconds is let go: what every process has put by comes on top of the rate.
 */
const [largest, ahead, keptFor] = [20, 200, 2_000];
/** Seconds of the rate that may be used at once, and the least calls. */
const [burst, leastBurst] = [1, 2];
/** Of these, what new jobs leave for those that have begun, and what questions leave for both. */
const [leftByNew, leftByQuestions] = [0.125, 0.25];
/** After so many calls of others one is a question, on credit: what has ended has to be seen, however many wait. */
const [onceIn, credit] = [4, 1];
/** However full it is, nobody whose work has begun is kept waiting for longer. Milliseconds. */
const patience = 30_000;

export type ApiRate = {
  /** Whether there is a limit at all. */
  limited: boolean;
  /** Waits for a call of a piece of work that has begun. Rejects when the signal aborts. */
  enter(signal?: AbortSignal): Promise<void>;
  /** Waits, for as long as it takes, for a call that begins a piece of work. Rejects when the signal aborts. */
  begin(signal: AbortSignal): Promise<void>;
  /** Gives back, to all replicas, a call that was waited for and not made. */
  leave(): Promise<void>;
  /** How many of so many questions may be asked now. */
  spare(calls: number): Promise<number>;
};

/** `rate` is in requests a second, of all replicas together; without one there is no limit. */
export function createApiRate(parts: { rate?: number; take: TakeCalls; clock: Clock; random: () => number }): ApiRate {
  const { rate = Number.POSITIVE_INFINITY, take, clock, random } = parts;
  if (!Number.isFinite(rate)) {
    const free = async () => {};
    return { limited: false, enter: free, begin: free, leave: free, spare: async (calls) => calls };
  }
  const chunk = Math.min(largest, Math.ceil((rate * ahead) / 1_000));
  const most = Math.max(leastBurst, rate * burst);

  function createPurse(partition: number) {
    const reserve = most * partition;
    let [calls, takenAt] = [0, Number.NEGATIVE_INFINITY];
    return {
      /** Milliseconds that the next call takes to come when there is nothing. */
      gap: (1_000 * (1 + reserve)) / rate,
      async draw(wanted: number): Promise<number> {
        if (clock.now() - takenAt > keptFor) calls = 0;
        if (calls < wanted) {
          calls += await take(Math.max(chunk, wanted - calls), { rate, most, reserve });
          takenAt = clock.now();
        }
        const given = Math.min(calls, wanted);
        calls -= given;
        return given;
      },
    };
  }
  const [forBegun, forNew, forQuestions] = [createPurse(0), createPurse(leftByNew), createPurse(leftByQuestions)];
  /** The last one who waits: the next one waits for that one first. */
  let line = Promise.resolve();
  let askedAt = Number.NEGATIVE_INFINITY;

  async function wait({ draw, gap }: typeof forNew, until: number, signal: AbortSignal | undefined): Promise<void> {
    while (clock.now() < until && !signal?.aborted) {
      if ((await draw(1)) > 0) return;
      // Spread, because other replicas wait for it too.
      await clock.sleep(gap * (0.5 + random()), signal);
    }
    signal?.throwIfAborted();
  }

  return {
    limited: true,
    async enter(signal) {
      const turn = line.then(() => wait(forBegun, clock.now() + patience, signal));
      line = turn.catch(() => undefined);
      await turn;
    },
    begin: (signal) => wait(forNew, Number.POSITIVE_INFINITY, signal),
    async leave() {
      await take(-1, { rate, most, reserve: 0 });
    },
    async spare(calls) {
      let given = await forQuestions.draw(calls);
      const isOverdue = calls > 0 && clock.now() - askedAt > (1_000 * onceIn) / rate;
      if (given === 0 && isOverdue) given = await take(1, { rate, most, reserve: -credit });
      if (given > 0) askedAt = clock.now();
      return given;
    },
  };
}

/** The same API, each of whose operations waits for the budget first. */
export function withinApiRate(api: PhotoGPT, { enter }: Pick<ApiRate, 'enter'>): PhotoGPT {
  type AnyMethod = (input: object, options?: { signal?: AbortSignal }) => Promise<unknown>;
  const methods = Object.entries(api).map(([name, method]) => [
    name,
    async (input: object = {}, options: { signal?: AbortSignal } = {}) => {
      await enter(options.signal);
      return (method as AnyMethod)(input, options);
    },
  ]);
  // Each method is what it was, but for the wait.
  return Object.fromEntries(methods) as PhotoGPT;
}
