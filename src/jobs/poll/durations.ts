/** Learns how long PhotoGPT takes from its own times: a decaying histogram for each model. */
import { maxDurationSeconds, minDurationSeconds } from './timings.ts';

/** Buckets of a histogram. They are evenly spaced on a logarithmic scale from half a second to two hours. */
export const bucketCount = 64;
const logWidth = Math.log(maxDurationSeconds / minDurationSeconds) / bucketCount;

/** Weight that all earlier jobs together keep when one more is added. Half of it is forgotten after 500 jobs. */
const decay = 0.5 ** (1 / 500);
/** Jobs for which a guess counts, before anything was measured. */
export const priorWeight = 4;
/** Width of a guess on the logarithmic scale. Half of the usual time and double are both likely. */
const priorSpread = 0.8;
/** Part of the weight that lies on a long flat tail. A job that outlasts all that were measured may still end. */
const tailWeight = 0.03;
/** Chances below this count as 0, so that nothing is divided by them. */
const leastChance = 1e-9;

/** Usual seconds of work without a model of the catalogue, until it was measured. */
export const usualWorkSeconds: Partial<Record<string, number>> = { upscale: 20, portrait: 30, training: 22 * 60 };

/** Weights of jobs by how long they took, one for each bucket. */
export type Histogram = number[];

const edge = (index: number) => minDurationSeconds * Math.exp(index * logWidth);
/** Looked up instead of worked out, because each step of polling asks for tens of thousands. */
const edges = Float64Array.from({ length: bucketCount + 1 }, (_, index) => edge(index));

function bucketOf(seconds: number): number {
  const index = Math.floor(Math.log(Math.max(seconds, minDurationSeconds) / minDurationSeconds) / logWidth);
  return Math.min(bucketCount - 1, Math.max(0, index));
}

/** Returns the guess for a model that usually takes `usualSeconds`: a normal curve on the logarithmic scale. */
export function prior(usualSeconds: number): Histogram {
  const weights = Array.from({ length: bucketCount }, (_, index) => {
    const distance = (Math.log(edge(index + 0.5)) - Math.log(usualSeconds)) / priorSpread;
    return Math.exp(-0.5 * distance * distance);
  });
  return scaled(weights, priorWeight);
}

/** Returns the histogram after one more job that took `seconds`. */
export function learn(histogram: Histogram, seconds: number): Histogram {
  const bucket = bucketOf(seconds);
  return histogram.map((weight, index) => weight * decay + (index === bucket ? 1 : 0));
}

/** Returns the time within which half of the jobs end, in seconds. */
export function median(histogram: Histogram): number {
  const half = weightOf(histogram) / 2;
  let sum = 0;
  for (const [index, weight] of histogram.entries()) {
    if (sum + weight >= half && weight > 0) return edge(index + (half - sum) / weight);
    sum += weight;
  }
  return maxDurationSeconds;
}

/** Returns the histogram with `weight` in all, for a model that starts from the times of others. */
export function scaled(weights: readonly number[], weight: number): Histogram {
  const sum = weightOf(weights);
  return weights.map((each) => (each / sum) * weight);
}

/** Returns how many jobs the histogram counts for. */
export const weightOf = (histogram: readonly number[]): number => histogram.reduce((sum, weight) => sum + weight, 0);

/** A histogram with its sums taken once, so that each question to it takes the same short time. */
export type Curve = {
  /** Returns the chance that a job of `seconds` has ended. */
  ended(seconds: number): number;
  /**
   * Returns the worth of a look at a job of `age` seconds that was last seen unfinished at `seen` seconds. It is the time,
   * in seconds, that a person is expected to have waited already for a result that was not fetched: the integral over the
   * ages between of the chance that the job had ended by then.
   */
  waiting(seen: number, age: number): number;
};

/** The parts of jobs that have ended at each edge of a bucket, and the areas under them up to there. */
type Sums = { endedParts: Float64Array; areas: Float64Array };

/** Returns the curve of a histogram. */
export function curveOf(histogram: Histogram): Curve {
  const usual = median(histogram);
  const sums = sumsOf(histogram);
  const flat = (seconds: number) => seconds / (seconds + usual);
  const flatArea = (seconds: number) => seconds - usual * Math.log1p(seconds / usual);
  const ended = (seconds: number) => (1 - tailWeight) * measured(sums, seconds) + tailWeight * flat(seconds);
  const area = (seconds: number) => (1 - tailWeight) * measuredArea(sums, seconds) + tailWeight * flatArea(seconds);

  return {
    ended,
    waiting(seen, age) {
      if (age <= seen) return 0;
      const endedBefore = ended(seen);
      const running = 1 - endedBefore;
      if (running < leastChance) return age - seen;
      return Math.max(0, (area(age) - area(seen) - (age - seen) * endedBefore) / running);
    },
  };
}

function sumsOf(histogram: Histogram): Sums {
  const total = weightOf(histogram);
  const endedParts = new Float64Array(bucketCount + 1);
  const areas = new Float64Array(bucketCount + 1);
  for (const [index, weight] of histogram.entries()) {
    const before = endedParts[index] ?? 0;
    const widthSeconds = (edges[index + 1] ?? 0) - (edges[index] ?? 0);
    endedParts[index + 1] = before + weight / total;
    areas[index + 1] = (areas[index] ?? 0) + (before + weight / total / 2) * widthSeconds;
  }
  return { endedParts, areas };
}

/** Returns the part of jobs that has ended after `seconds`. No job ends before the first bucket. */
function measured({ endedParts }: Sums, seconds: number): number {
  if (seconds <= minDurationSeconds) return 0;
  if (seconds >= maxDurationSeconds) return 1;
  const index = bucketOf(seconds);
  return (endedParts[index] ?? 0) + endedWithin(endedParts, index, seconds);
}

/** Returns the area under `measured` up to `seconds`. */
function measuredArea({ endedParts, areas }: Sums, seconds: number): number {
  if (seconds <= minDurationSeconds) return 0;
  if (seconds >= maxDurationSeconds) return (areas[bucketCount] ?? 0) + seconds - maxDurationSeconds;
  const index = bucketOf(seconds);
  const meanPart = (endedParts[index] ?? 0) + endedWithin(endedParts, index, seconds) / 2;
  return (areas[index] ?? 0) + meanPart * (seconds - (edges[index] ?? 0));
}

/** Returns the part of jobs that ends within a bucket, up to `seconds`. In a bucket jobs end evenly. */
function endedWithin(endedParts: Float64Array, index: number, seconds: number): number {
  const from = edges[index] ?? 0;
  const to = edges[index + 1] ?? 0;
  return (((endedParts[index + 1] ?? 0) - (endedParts[index] ?? 0)) * (seconds - from)) / (to - from);
}
