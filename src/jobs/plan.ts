/** Which question to ask PhotoGPT next: after one job, or for the newest part of its list. */
import type { Histogram } from './durations.ts';
import { unseenWaiting } from './durations.ts';

/** A job at PhotoGPT as the sweep remembers it. Times are epoch milliseconds; `seen` is when it was last seen unfinished. */
export type InFlight = {
  id: number;
  remoteId: string;
  model: string;
  submittedAt: number;
  seen: number;
  /** How often the list was read for it and did not show it. */
  misses?: number;
};

/**
 * What one call is worth: so many seconds of somebody's waiting. With one job in flight this gives a look every
 * sqrt(2 × price / hazard) seconds (Barlow, Hunter and Proschan 1963), about once a second near the usual end of a
 * picture that takes six.
 */
const price = 0.25;
/** Reading the list is for nothing where it has not shown a job so often. */
export const enoughMisses = 2;
/** However sure the model is that nothing ended, every job is looked at this often, in milliseconds. */
const safetyNet = 5 * 60_000;

/** After one job; or for the newest `pages` of the list, in which the jobs submitted at `since` or later are expected. */
export type Question = { kind: 'job'; job: InFlight } | { kind: 'list'; pages: number; since: number };

/** Seconds of waiting that have probably built up behind a job since it was last seen. */
function waitingFor(job: InFlight, now: number, histogramOf: (model: string) => Histogram): number {
  const [seen, age] = [(job.seen - job.submittedAt) / 1000, (now - job.submittedAt) / 1000];
  const waiting = unseenWaiting(histogramOf(job.model), Math.max(0, seen), Math.max(0, age));
  return now - job.seen > safetyNet ? Math.max(waiting, price) : waiting;
}

/**
 * The question that is worth most per call, or undefined while none is worth its price. `density` is how many of our
 * unfinished jobs a page of the list has lately shown: a page is worth the sum over the jobs on it.
 */
export function nextQuestion(
  inFlight: readonly InFlight[],
  now: number,
  histogramOf: (model: string) => Histogram,
  density: number,
): Question | undefined {
  const newestFirst = [...inFlight].sort((a, b) => b.submittedAt - a.submittedAt);
  const waiting = newestFirst.map((job) => waitingFor(job, now, histogramOf));
  let best: { question: Question; worth: number } | undefined;
  let [sum, shown] = [0, 0];
  for (const [index, job] of newestFirst.entries()) {
    const here = waiting[index] ?? 0;
    if (here > (best?.worth ?? 0)) best = { question: { kind: 'job', job }, worth: here };
    if ((job.misses ?? 0) >= enoughMisses) continue;
    sum += here;
    shown += 1;
    const pages = Math.ceil(shown / Math.max(1, density));
    if (sum / pages > (best?.worth ?? 0))
      best = { question: { kind: 'list', pages, since: job.submittedAt }, worth: sum / pages };
  }
  return best && best.worth >= price ? best.question : undefined;
}
