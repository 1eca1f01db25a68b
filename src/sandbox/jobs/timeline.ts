/** Where a job stands follows from when its steps happen and what time it is; nothing has to be ticked. */
import type { Guesses } from '../guesses.ts';
import { createRandom } from '../studio/random.ts';

/** Milliseconds since 1970. `ended` is `Infinity` for a job that never ends. */
export type Timeline = { created: number; queued: number; running: number; ended: number };

export type Stage = 'created' | 'queued' | 'running' | 'ended';

/** The share of a job's time that passes before it is queued and before it runs. */
const queuedAt = 0.04;
const runningAt = 0.15;

/** Service times are skewed to the right: log-normal, its median the usual time, most within a third of it. */
const spread = 0.25;
const shortest = 0.5;
const longest = 3;
/** Each further picture or video of the same job adds this share. */
const perFurther = 0.15;

/** A job's time in seconds, before the sandbox's speed: always the same for the same job number. */
export function jobSeconds(job: { number: number; usual: number; count: number }): number {
  const { next } = createRandom(`job ${job.number}`);
  // Box and Muller: two uniform numbers make a normal one.
  const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const factor = Math.min(longest, Math.max(shortest, Math.exp(spread * normal)));
  return job.usual * factor * (1 + perFurther * (job.count - 1));
}

/** Training takes anything between the two ends that the documentation gives. */
export function trainingSeconds(number: number, guesses: Guesses): number {
  return createRandom(`training ${number}`).between(guesses.trainingSecondsMin, guesses.trainingSecondsMax);
}

/** The steps of a job of `seconds` that was created at `created`. */
export function timelineOf(created: number, seconds: number): Timeline {
  const length = seconds * 1000;
  const at = (share: number) => (Number.isFinite(length) ? created + length * share : created + 1000 * share);
  return { created, queued: at(queuedAt), running: at(runningAt), ended: created + length };
}

/** The step reached at `now`, and since when. */
export function stageAt(timeline: Timeline, now: number): { stage: Stage; since: number } {
  if (now >= timeline.ended) return { stage: 'ended', since: timeline.ended };
  if (now >= timeline.running) return { stage: 'running', since: timeline.running };
  if (now >= timeline.queued) return { stage: 'queued', since: timeline.queued };
  return { stage: 'created', since: timeline.created };
}
