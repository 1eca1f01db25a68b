/** How long PhotoGPT takes, learned from its own times: a decaying histogram for each model. */

/** 64 buckets, evenly spaced on a logarithmic scale from half a second to two hours. */
export const bucketCount = 64;
const shortest = 0.5;
const longest = 7_200;
const step = Math.log(longest / shortest) / bucketCount;

/** The weight that all experience together keeps when one more is added: half is forgotten after 500 jobs. */
const decay = 0.5 ** (1 / 500);
/** What is known before anything was measured counts like this many jobs. */
const priorWeight = 4;
/** A job that outlasts all experience may still end: this share of the weight lies on a long flat tail. */
const tail = 0.03;

export type Histogram = number[];

const edge = (index: number) => shortest * Math.exp(index * step);
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

/**
 * How many seconds somebody is expected to have waited already for a result that nobody has fetched, when a job was
 * last seen unfinished at the age of `seen` seconds and is `age` seconds old now: the integral over the ages between
 * of the chance that it had ended by then. It is what a look at the job is worth.
 */
export function unseenWaiting(histogram: Histogram, seen: number, age: number): number {
  const total = histogram.reduce((sum, weight) => sum + weight, 0);
  const ended = (seconds: number) => {
    let sum = 0;
    for (const [index, weight] of histogram.entries()) {
      const [from, to] = [edge(index), edge(index + 1)];
      if (seconds >= to) sum += weight;
      else if (seconds > from) sum += (weight * (seconds - from)) / (to - from);
    }
    return (1 - tail) * (sum / total) + tail * (1 - 1 / (1 + seconds / median(histogram)));
  };
  const before = ended(seen);
  const left = 1 - before;
  if (left < 1e-9 || age <= seen) return Math.max(0, age - seen);
  // Eight steps of the trapezium rule: the curve is smooth, and a tenth of a second more or less changes nothing.
  const width = (age - seen) / 8;
  let sum = 0;
  for (let index = 0; index <= 8; index += 1) {
    const share = (ended(seen + index * width) - before) / left;
    sum += share * (index === 0 || index === 8 ? 0.5 : 1);
  }
  return sum * width;
}

function scaled(weights: number[], to: number): Histogram {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (weight / sum) * to);
}
