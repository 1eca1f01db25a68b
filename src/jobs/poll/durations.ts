/** Learns how long PhotoGPT takes, from its own times: a decaying histogram for each model. */
import { maxDurationSeconds, minDurationSeconds } from '../timings.ts';

/** Number of buckets, evenly spaced on a logarithmic scale from the shortest to the longest duration. */
export const bucketCount = 64;
const step = Math.log(maxDurationSeconds / minDurationSeconds) / bucketCount;

/** The part of all weight that remains when one more job is learned: half is forgotten after 500 jobs. */
const decay = 0.5 ** (1 / 500);
/** Weight of what is expected before anything was measured, in jobs. */
export const priorWeight = 4;
/** Part of the weight that lies on a long flat tail: a job that outlasts all others may still end. */
const tailWeight = 0.03;
/** Width of what is expected, on the logarithmic scale. It is a guess: half to double the usual time are both likely. */
const priorSpread = 0.8;
/** Chances below this are taken for 0. */
const leastChance = 1e-9;

/** Usual seconds of work without a model of the catalogue. They count until such work was measured. */
export const usualWork: Partial<Record<string, number>> = { upscale: 20, portrait: 30, training: 22 * 60 };

/** Jobs by duration, one weight for each bucket. Old jobs weigh less. */
export type Histogram = number[];

const edge = (index: number) => minDurationSeconds * Math.exp(index * step);
/** The edges of all buckets. Looked up, because each step of polling asks for tens of thousands. */
const edges = Float64Array.from({ length: bucketCount + 1 }, (_, index) => edge(index));

function bucketOf(seconds: number): number {
  const place = Math.log(Math.max(seconds, minDurationSeconds) / minDurationSeconds) / step;
  return Math.min(bucketCount - 1, Math.max(0, Math.floor(place)));
}

/** Returns what is expected of a model that usually takes `usual` seconds: a normal curve on the logarithmic scale. */
export function prior(usual: number): Histogram {
  const weights = Array.from({ length: bucketCount }, (_, index) => {
    const distance = (Math.log(edge(index + 0.5)) - Math.log(usual)) / priorSpread;
    return Math.exp(-0.5 * distance * distance);
  });
  return scaled(weights, priorWeight);
}

/** Returns the histogram after one more job that took `seconds`. */
export function learn(histogram: Histogram, seconds: number): Histogram {
  const at = bucketOf(seconds);
  return histogram.map((weight, index) => weight * decay + (index === at ? 1 : 0));
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

/** Returns the histogram with `weight` in all, for use as what is expected of another model. */
export function scaled(weights: readonly number[], weight: number): Histogram {
  const sum = weightOf(weights);
  return weights.map((each) => (each / sum) * weight);
}

/** Returns the weight of all buckets, in jobs. */
export const weightOf = (histogram: readonly number[]): number => histogram.reduce((sum, weight) => sum + weight, 0);

/** A histogram with its sums taken once, so that each question takes the same short time. */
export type Curve = {
  /** Returns the chance that a job has ended at the age of `seconds`. */
  ended(seconds: number): number;
  /**
   * Returns the seconds that a person is expected to have waited for a result that we did not fetch, when a job of `age`
   * seconds was last seen unfinished at the age of `seen` seconds. It is the integral, over the ages between, of the
   * chance that the job had ended by then. A look at the job is worth that much.
   */
  waiting(seen: number, age: number): number;
};

/** Returns the curve of a histogram. */
export function curveOf(histogram: Histogram): Curve {
  const total = weightOf(histogram);
  const usual = median(histogram);
  /** The part of jobs that ended by each bucket's edge, and the area under these parts up to there. */
  const parts = new Float64Array(bucketCount + 1);
  const areas = new Float64Array(bucketCount + 1);
  for (const [index, weight] of histogram.entries()) {
    const part = parts[index] ?? 0;
    const width = (edges[index + 1] ?? 0) - (edges[index] ?? 0);
    parts[index + 1] = part + weight / total;
    areas[index + 1] = (areas[index] ?? 0) + (part + weight / total / 2) * width;
  }

  /** Returns the part of jobs that ends in a bucket by `seconds`. In a bucket jobs end evenly. */
  function within(index: number, seconds: number): number {
    const from = edges[index] ?? 0;
    const to = edges[index + 1] ?? 0;
    return (((parts[index + 1] ?? 0) - (parts[index] ?? 0)) * (seconds - from)) / (to - from);
  }
  function measured(seconds: number): number {
    if (seconds <= minDurationSeconds) return 0;
    if (seconds >= maxDurationSeconds) return 1;
    const index = bucketOf(seconds);
    return (parts[index] ?? 0) + within(index, seconds);
  }
  function measuredArea(seconds: number): number {
    if (seconds <= minDurationSeconds) return 0;
    if (seconds >= maxDurationSeconds) return (areas[bucketCount] ?? 0) + seconds - maxDurationSeconds;
    const index = bucketOf(seconds);
    const part = (parts[index] ?? 0) + within(index, seconds) / 2;
    return (areas[index] ?? 0) + part * (seconds - (edges[index] ?? 0));
  }
  const flat = (seconds: number) => seconds / (seconds + usual);
  const flatArea = (seconds: number) => seconds - usual * Math.log1p(seconds / usual);
  const ended = (seconds: number) => (1 - tailWeight) * measured(seconds) + tailWeight * flat(seconds);
  const area = (seconds: number) => (1 - tailWeight) * measuredArea(seconds) + tailWeight * flatArea(seconds);

  return {
    ended,
    waiting(seen, age) {
      if (age <= seen) return 0;
      const before = ended(seen);
      const left = 1 - before;
      if (left < leastChance) return age - seen;
      return Math.max(0, (area(age) - area(seen) - (age - seen) * before) / left);
    },
  };
}
