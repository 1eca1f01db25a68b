/** Invariant 8: nobody calls PhotoGPT while it wants to be left alone, and all replicas together keep to the rate. */
import type { Sender } from './errand.ts';
import type { Plan } from './plan.ts';

/** Written at `at`, in force until `until`, by that run of a step: epoch milliseconds of the world's time. */
export type Pause = { at: number; until: number; by: string };
type Call = Sender & { what: string };

/**
 * Between the look at the pause and a call are four statements at most (what was learned of the list, the budget), of
 * 8 ms each in this world, so whoever looked just before it was written calls this much later at most. Milliseconds.
 */
const allowance = 100;

/**
 * How many calls one run of a step may begin in a pause that somebody else has written since the run began. A submit is
 * not among them: its claim looks at the pause, and it looks again after each upload.
 */
const goesOn: Record<string, number> = {
  // A page of the list tells which jobs ended, and their results are fetched: at most a page of them, or what was asked.
  poll: 20,
  // Half a list proves nothing: it would be read from the start again. Then one look at the only candidate.
  reconcile: 20,
  audit: 20,
  // A file that was looked for, and is not there, is asked for. The next file waits.
  prepare: 1,
  // The last look at jobs that are about to be ended for their age: the first that gets no answer is the last one.
  overdue: 20,
  watchdog: 20,
};

/**
 * Every call must begin outside of all pauses, but for those of a run that began before the pause was written and either
 * stood still meanwhile (stopped, or without its database), acting on what it had read before, or goes on with what it
 * had begun. A read that is repeated counts as its first try: the client repeats it three times at most, when told to.
 * Who writes a pause has no such excuse.
 */
export function judgePauses(calls: readonly Call[], pauses: readonly Pause[], start: number): string[] {
  const since = (time: number) => ((time - start) / 1000).toFixed(3);
  return pauses.flatMap(({ at, until, by }) => {
    const begun = new Map<string, number>();
    const broken = calls.filter(({ run, step, sent, first, began, held }) => {
      const allowed = run === by ? 0 : allowance;
      if (sent <= at + allowed || sent >= until || first <= at + allowed) return false;
      if (began >= at) return true;
      if (held) return false;
      const count = (begun.get(run) ?? 0) + 1;
      begun.set(run, count);
      return run === by || count > (goesOn[step] ?? 0);
    });
    return broken.map(
      ({ run, what, sent, began }) =>
        `8: ${run.split(' since')[0]} since ${since(began)}: ${what} at ${since(sent)}, in the pause from ${since(at)} to ${since(until)}`,
    );
  });
}

/** Seconds of the rate that may be used at once, the least number of calls that is, and what a question may owe. */
const [burst, leastBurst, credit] = [1, 2, 1];
/** Calls are taken in advance by so many at most: a fifth of a second of the rate. */
const [largest, ahead] = [20, 1 / 5];
/** Who waited so long for the budget goes all the same, one after another in each process. Seconds. */
const patience = 30;

/**
 * In any `n` seconds there are at most `n` times the rate, the burst, a call on credit, and what processes had taken in
 * advance before: each keeps a chunk for what has begun, one for what is new and one for questions, and takes another when
 * one is used up, so it has a call less than a chunk of each. It has one more for the next job, and one for each that it has
 * claimed, made once the references are there. What dead processes took is lost. A bucket that leaks at the rate is that sum
 * for every `n` at once. Not counted are reads that are repeated, which the client does by itself, and calls of who stood
 * still before them.
 */
export function judgePace(calls: readonly Call[], { perSecond, replicas, submitLanes }: Plan, start: number): string[] {
  if (perSecond === undefined) return [];
  const chunk = Math.min(largest, Math.ceil(perSecond * ahead));
  const most = Math.max(leastBurst, perSecond * burst) + credit + replicas * (3 * (chunk - 1) + 1 + submitLanes);
  const rate = perSecond + replicas / patience;
  let [level, last, fullest, fullestAt] = [0, start, 0, start];
  const counted = calls.filter(({ held, sent, first }) => !held && sent === first);
  for (const { sent } of counted.sort((a, b) => a.sent - b.sent)) {
    level = Math.max(0, level - ((sent - last) / 1000) * rate) + 1;
    last = sent;
    if (level > fullest) [fullest, fullestAt] = [level, sent];
  }
  if (fullest <= most) return [];
  const at = ((fullestAt - start) / 1000).toFixed(3);
  return [`8: ${fullest.toFixed(1)} calls at once by ${at}, more than ${most} at ${perSecond} a second`];
}
