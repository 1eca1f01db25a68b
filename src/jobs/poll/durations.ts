/** How long PhotoGPT takes, learned from its own times: a decaying histogram for each model. */

/** 64 buckets, evenly spaced on a logarithmic scale from half a second to two hours. */
export const bucketCount = 64;
const shortest = 0.5;
const longest = 7_200;
const step = Math.log(longest / shortest) / bucketCount;

/** The weight that all experience together keeps when one more is added: half is forgotten after 500 jobs. */
const decay = 0.5 ** (1 / 500);
/** What is known before anything was measured counts like this many jobs. */
export const priorWeight = 4;
/** A job that outlasts all experience may still end: this share of the weight lies on a long flat tail. */
const tail = 0.03;

/** Seconds that work without a model of the catalogue is said to take, until it was measured. */
export const usualWork: Partial<Record<string, number>> = { upscale: 20, portrait: 30, training: 22 * 60 };

export type Histogram = number[];

const edge = (index: number) => shortest * Math.exp(index * step);
/** Looked up instead of worked out: each step of the sweep asks for tens of thousands. */
const edges = Float64Array.from({ length: bucketCount + 1 }, (_, index) => edge(index));
const bucketOf = (seconds: number) =>
  Math.min(bucketCount - 1, Math.max(0, Math.floor(Math.log(Math.max(seconds, shortest) / shortest) / step)));

/** What is expected of a model that usually takes `usual` seconds: a bell on the logarithmic scale. */
export function prior(usual: number): Histogram {
  // Wide, because it is a guess: half to double the usual time are both likely.
  const spread = 0.8;
  const weights = Array.from({ length: bucketCount }, (_, index) => {
    const distance = (Math.log(edge(index + 0.5)) - Math.log(usual)) / spread;
    return Math.exp(-0.5 * distance * distance);
  });
  return scaled(weights, priorWeight);
}

/** The histogram after one more job that took `seconds`. */
export function learn(histogram: Histogram, seconds: number): Histogram {
  const at = bucketOf(seconds);
  return histogram.map((weight, index) => weight * decay + (index === at ? 1 : 0));
}

/** The time within which half of the jobs end, in seconds. */
export function median(histogram: Histogram): number {
  const half = histogram.reduce((sum, weight) => sum + weight, 0) / 2;
  let sum = 0;
  for (const [index, weight] of histogram.entries()) {
    if (sum + weight >= half && weight > 0) return edge(index + (half - sum) / weight);
    sum += weight;
  }
  return longest;
}

/** The histogram with `weight` in all, for where one model's experience stands in for another's. */
export function scaled(weights: readonly number[], weight: number): Histogram {
  const sum = weightOf(weights);
  return weights.map((each) => (each / sum) * weight);
}

/** How many jobs' worth of experience it holds. */
export const weightOf = (histogram: readonly number[]): number => histogram.reduce((sum, weight) => sum + weight, 0);

/** A histogram with its sums taken once, so that each question to it takes the same short time. */
export type Curve = {
  /** The chance that a job has ended when it is so many seconds old. */
  ended(seconds: number): number;
  /**
   * How many seconds somebody is expected to have waited already for a result that nobody has fetched, when a job was
   * last seen unfinished at the age of `seen` seconds and is `age` seconds old now: the integral over the ages between
   * of the chance that it had ended by then. It is what a look at the job is worth.
   */
  waiting(seen: number, age: number): number;
};

export function curveOf(histogram: Histogram): Curve {
  const total = weightOf(histogram);
  const usual = median(histogram);
  // Shares of jobs ended at each bucket's edge, and the area under them up to there.
  const [shares, areas] = [new Float64Array(bucketCount + 1), new Float64Array(bucketCount + 1)];
  for (const [index, weight] of histogram.entries()) {
    const share = shares[index] ?? 0;
    shares[index + 1] = share + weight / total;
    areas[index + 1] =
      (areas[index] ?? 0) + (share + weight / total / 2) * ((edges[index + 1] ?? 0) - (edges[index] ?? 0));
  }

  /** The share of a bucket's jobs that has ended `seconds` after the start: in a bucket jobs end evenly. */
  function within(index: number, seconds: number): number {
    const from = edges[index] ?? 0;
    const to = edges[index + 1] ?? 0;
    return (((shares[index + 1] ?? 0) - (shares[index] ?? 0)) * (seconds - from)) / (to - from);
  }
  /** The first bucket starts at the shortest time there is. */
  function measured(seconds: number): number {
    if (seconds <= shortest) return 0;
    if (seconds >= longest) return 1;
    const index = bucketOf(seconds);
    return (shares[index] ?? 0) + within(index, seconds);
  }
  function measuredArea(seconds: number): number {
    if (seconds <= shortest) return 0;
    if (seconds >= longest) return (areas[bucketCount] ?? 0) + seconds - longest;
    const index = bucketOf(seconds);
    const share = (shares[index] ?? 0) + within(index, seconds) / 2;
    return (areas[index] ?? 0) + share * (seconds - (edges[index] ?? 0));
  }
  const flat = (seconds: number) => seconds / (seconds + usual);
  const flatArea = (seconds: number) => seconds - usual * Math.log1p(seconds / usual);
  const ended = (seconds: number) => (1 - tail) * measured(seconds) + tail * flat(seconds);
  const area = (seconds: number) => (1 - tail) * measuredArea(seconds) + tail * flatArea(seconds);

  return {
    ended,
    waiting(seen, age) {
      if (age <= seen) return 0;
      const before = ended(seen);
      const left = 1 - before;
      if (left < 1e-9) return age - seen;
      return Math.max(0, (area(age) - area(seen) - (age - seen) * before) / left);
    },
  };
}
