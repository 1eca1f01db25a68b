/** Judges the samples of a soak: whether anything grew that should not. */

/** Bytes, and counts of open resources. `heap` is the size after a collection, with buffers outside of it. */
export type Sample = {
  rss: number;
  heap: number;
  timers: number;
  sockets: number;
  listeners: number;
  warnings: number;
};

/** Fraction by which memory may grow after the warm-up. */
const maxGrowth = 0.1;
/** Timers and sockets by which two samples may differ. They come and go with the work under way. */
const maxMoreResources = 15;
/**
 * Fraction of the samples that make the start, and the end. Their middle one counts, because one alone may be an
 * outlier.
 */
const edgeFraction = 0.25;

const middle = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Judges `samples` from after the warm-up. `growth` is the larger of the two fractions by which memory grew. */
export function judge(samples: readonly Sample[]) {
  const some = Math.max(1, Math.floor(samples.length * edgeFraction));
  const at = (part: readonly Sample[], of: (one: Sample) => number) => middle(part.map(of));
  const first = samples.slice(0, some);
  const last = samples.slice(-some);
  const both = (of: (one: Sample) => number): [number, number] => [at(first, of), at(last, of)];
  const grown = ([start, end]: [number, number]) => (end - start) / Math.max(1, start);
  const rss = both((one) => one.rss);
  const heap = both((one) => one.heap);
  const timers = both((one) => one.timers);
  const sockets = both((one) => one.sockets);
  const listeners = both((one) => one.listeners);
  const warnings = samples.at(-1)?.warnings ?? 0;
  const growth = Math.max(grown(rss), grown(heap));
  const isFlat =
    growth <= maxGrowth &&
    timers[1] - timers[0] <= maxMoreResources &&
    sockets[1] - sockets[0] <= maxMoreResources &&
    listeners[1] <= listeners[0] &&
    warnings === 0;
  return { isFlat, growth, rss, heap, timers, sockets, listeners, warnings };
}
