/** Judges invariant 8: no process calls PhotoGPT during a pause, and all replicas together keep to the API rate. */
import type { Sender } from './errand.ts';
import type { Plan } from './plan.ts';

/**
 * A pause that the run `by` of a step wrote at `at`, in force until `until`. Epoch milliseconds of the world's time.
 */
export type Pause = { at: number; until: number; by: string };
type Call = Sender & { what: string };

/**
 * Latest call of a step that looked just before the pause was written. Four statements at most stand between the look
 * and the call (what was learned of the list, the API rate), and each takes 8 ms in this world.
 */
const lookToCallMs = 100;

/**
 * Calls that one run of a step may begin in a pause that another run wrote meanwhile. Submit may begin none: its claim
 * looks at the pause, and it looks again after each upload.
 */
const maxCallsInPause: Record<string, number> = {
  // A page of the list tells which jobs ended. At most the results of a page are fetched, or of the jobs that were
  // asked for.
  poll: 20,
  // Half a list proves nothing, and would be read again from its start. Then one look at the only candidate.
  reconcile: 20,
  audit: 20,
  // A look for a file may be followed by asking for it. The next file waits.
  prepare: 1,
  // A last look at each late job. The first one without an answer is the last one.
  overdue: 20,
  watchdog: 20,
};

/**
 * Returns a line for each call that began in a pause.
 *
 * A run that began before the pause may still call, if its process stood still meanwhile (stopped, or without its
 * database), or if it goes on with what it began. The run that wrote the pause may not. A repeated read counts as its
 * first try: the client repeats a read three times at most.
 */
export function judgePauses(calls: readonly Call[], pauses: readonly Pause[], start: number): string[] {
  const since = (time: number) => ((time - start) / 1000).toFixed(3);
  return pauses.flatMap(({ at, until, by }) => {
    const begun = new Map<string, number>();
    const isInPause = ({ run, sent, first }: Call) => {
      const since = run === by ? at : at + lookToCallMs;
      return sent > since && sent < until && first > since;
    };
    const broken = calls.filter(isInPause).filter(({ run, step, began, held }) => {
      if (began >= at) return true;
      if (held) return false;
      const count = (begun.get(run) ?? 0) + 1;
      begun.set(run, count);
      return run === by || count > (maxCallsInPause[step] ?? 0);
    });
    return broken.map(
      ({ run, what, sent, began }) =>
        `8: ${run.split(' since')[0]} since ${since(began)}: ${what} at ${since(sent)}, in the pause from ${since(at)} to ${since(until)}`,
    );
  });
}

/** The burst: one second of the rate, and at least two calls. */
const burstSeconds = 1;
const minBurstCalls = 2;
/** Calls that a status check may take on credit. */
const creditCalls = 1;
/** Calls that a process takes in advance: a fifth of a second of the rate, and at most 20. */
const chunkSeconds = 1 / 5;
const maxChunkCalls = 20;
/** A caller that waited this long for the API rate goes all the same, one after another in each process. */
const longestWaitSeconds = 30;

/**
 * Returns a line if there were more calls at once than the API rate allows.
 *
 * In any `n` seconds there may be the sum of these calls:
 * - `n` times the rate, the burst, and a call on credit.
 * - The calls that processes took in advance before. Each process keeps three chunks: for sent jobs, for new jobs and
 *   for status checks. It takes another chunk when one is used up, so it has at most a call less than a chunk of each.
 * - One call more in each process for the next job, and one for each job that it has claimed. A claimed job is sent
 *   once its references are uploaded.
 *
 * The calls that dead processes took are lost. A bucket that leaks at the rate is that sum for every `n` at once.
 * Repeated reads do not count, because the client makes them by itself. Calls of a process that stood still before do
 * not either.
 */
export function judgeRate(calls: readonly Call[], { perSecond, replicas, submitLanes }: Plan, start: number): string[] {
  if (perSecond === undefined) return [];
  const chunk = Math.min(maxChunkCalls, Math.ceil(perSecond * chunkSeconds));
  const maxLevel =
    Math.max(minBurstCalls, perSecond * burstSeconds) + creditCalls + replicas * (3 * (chunk - 1) + 1 + submitLanes);
  const rate = perSecond + replicas / longestWaitSeconds;
  let level = 0;
  let last = start;
  let fullest = 0;
  let fullestAt = start;
  const counted = calls.filter(({ held, sent, first }) => !held && sent === first);
  for (const { sent } of counted.sort((a, b) => a.sent - b.sent)) {
    level = Math.max(0, level - ((sent - last) / 1000) * rate) + 1;
    last = sent;
    if (level > fullest) [fullest, fullestAt] = [level, sent];
  }
  if (fullest <= maxLevel) return [];
  const at = ((fullestAt - start) / 1000).toFixed(3);
  return [`8: ${fullest.toFixed(1)} calls at once by ${at}, more than ${maxLevel} at ${perSecond} a second`];
}
