/**
 * The stages of a job: created, queued, running, ended. A job's stage follows from its timeline and the time, so that
 * no timer has to move it.
 */
import type { Guesses } from '../guesses.ts';
import { createRandom } from '../studio/random.ts';

/** The beginning of each stage, in milliseconds since 1970. `ended` is `Infinity` for a job that never ends. */
export type Timeline = { created: number; queued: number; running: number; ended: number };

/** The stage of a job. */
export type Stage = 'created' | 'queued' | 'running' | 'ended';

/** Part of a job's time that passes before it is queued. */
const queuedFraction = 0.04;
/** Part of a job's time that passes before it runs. */
const runningFraction = 0.15;

/**
 * Spread of durations. Service times are skewed to the right, so they are log-normal. Their median is the usual time,
 * and the majority lies within a third of it.
 */
const spread = 0.25;
/** Shortest duration as a multiple of the usual one. */
const minFactor = 0.5;
/** Longest duration as a multiple of the usual one. */
const maxFactor = 3;
/** Part of the usual time that each further picture or video of a job adds. */
const furtherFraction = 0.15;

/** Returns a job's duration in seconds at speed 1. It depends on the job's number only. */
export function jobSeconds(job: { number: number; usual: number; count: number }): number {
  const { next } = createRandom(`job ${job.number}`);
  // Box and Muller's method: two uniform numbers make a normal one.
  const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const factor = Math.min(maxFactor, Math.max(minFactor, Math.exp(spread * normal)));
  return job.usual * factor * (1 + furtherFraction * (job.count - 1));
}

/** Returns a training's duration in seconds at speed 1. It lies between the two ends that the documentation gives. */
export function trainingSeconds(number: number, guesses: Guesses): number {
  return createRandom(`training ${number}`).between(guesses.trainingSecondsMin, guesses.trainingSecondsMax);
}

/** Returns the stages of a job of `seconds` that is created at `created`. */
export function timelineOf(created: number, seconds: number): Timeline {
  const durationMs = seconds * 1000;
  // A job that never ends reaches its other stages within its first second.
  const at = (fraction: number) => created + (Number.isFinite(durationMs) ? durationMs : 1000) * fraction;
  return { created, queued: at(queuedFraction), running: at(runningFraction), ended: created + durationMs };
}

/** Returns the stage at `now`, and its beginning. */
export function stageAt(timeline: Timeline, now: number): { stage: Stage; since: number } {
  if (now >= timeline.ended) return { stage: 'ended', since: timeline.ended };
  if (now >= timeline.running) return { stage: 'running', since: timeline.running };
  if (now >= timeline.queued) return { stage: 'queued', since: timeline.queued };
  return { stage: 'created', since: timeline.created };
}
