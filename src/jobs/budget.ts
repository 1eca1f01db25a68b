/** How many requests a second PhotoGPT gets from all replicas of one key: what people wait for first, questions last. */
import type { Clock } from '../clock.ts';
import type { PhotoGPT } from '../photogpt/client.ts';

/** Takes at most `wanted` calls from what all replicas share; see `RemoteStore.takeCalls`. */
export type TakeCalls = (wanted: number, share: { rate: number; most: number; reserve: number }) => Promise<number>;

/** Calls are taken in advance by so many, so that most need no statement; what is not used in time is let go. */
const [smallest, largest, keptFor] = [2, 20, 10_000];
/** Seconds of the rate that may be used at once; of these, the share that questions leave for submits and results. */
const burst = 2;
const reserved = 0.25;
/** However full it is, nobody is kept waiting for longer. Milliseconds. */
const patience = 30_000;

export type Budget = {
  /** Waits for a call that somebody waits for. Rejects when the signal aborts. */
  enter(signal?: AbortSignal): Promise<void>;
  /** How many of so many questions may be asked now. */
  spare(calls: number): Promise<number>;
};

/** `rate` is in requests a second, of all replicas together; without one there is no limit. */
export function createBudget(parts: { rate?: number; take: TakeCalls; clock: Clock; random: () => number }): Budget {
  const { rate = Number.POSITIVE_INFINITY, take, clock, random } = parts;
  if (!Number.isFinite(rate)) return { enter: async () => {}, spare: async (calls) => calls };
  const chunk = Math.min(largest, Math.max(smallest, Math.ceil(rate / 4)));

  function createPurse(reserve: number) {
    let [calls, takenAt] = [0, Number.NEGATIVE_INFINITY];
    return async function draw(wanted: number): Promise<number> {
      if (clock.now() - takenAt > keptFor) calls = 0;
      if (calls < wanted) {
        calls += await take(Math.max(chunk, wanted - calls), { rate, most: Math.max(smallest, rate * burst), reserve });
        takenAt = clock.now();
      }
      const given = Math.min(calls, wanted);
      calls -= given;
      return given;
    };
  }
  const [forPeople, forQuestions] = [createPurse(0), createPurse(rate * burst * reserved)];
  /** The last one who waits: the next one waits for that one first. */
  let line = Promise.resolve();

  async function wait(signal: AbortSignal | undefined): Promise<void> {
    const until = clock.now() + patience;
    while (clock.now() < until && !signal?.aborted) {
      if ((await forPeople(1)) > 0) return;
      // As long as the next call takes to come, spread, because other replicas wait for it too.
      await clock.sleep((1_000 / rate) * (0.5 + random()), signal);
    }
  }

  return {
    async enter(signal) {
      const turn = line.then(() => wait(signal));
      line = turn.catch(() => undefined);
      await turn;
      signal?.throwIfAborted();
    },
    spare: forQuestions,
  };
}

/** The same API, each of whose operations waits for the budget first. */
export function withinBudget(api: PhotoGPT, { enter }: Pick<Budget, 'enter'>): PhotoGPT {
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
