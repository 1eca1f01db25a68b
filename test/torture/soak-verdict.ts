/** What the samples of a soak say: whether anything grew that should not. */

/** Bytes, and counts of what is open. `heap` is what is left after a collection, buffers outside of it included. */
export type Sample = {
  rss: number;
  heap: number;
  timers: number;
  sockets: number;
  listeners: number;
  warnings: number;
};

/** Memory may grow by this share of what it was when the bot was warm. */
const mostGrowth = 0.1;
/** Timers and sockets come and go with what is under way at the moment of a sample. */
const leeway = 15;
/** The start and the end are each judged by the middle one of several samples, because one alone may be an outlier. */
const share = 0.25;

const middle = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** `samples` from after the warm-up. `growth` is the larger one of the two shares by which memory grew. */
export function judge(samples: readonly Sample[]) {
  const some = Math.max(1, Math.floor(samples.length * share));
  const at = (part: readonly Sample[], of: (one: Sample) => number) => middle(part.map(of));
  const [first, last] = [samples.slice(0, some), samples.slice(-some)];
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
    growth <= mostGrowth &&
    timers[1] - timers[0] <= leeway &&
    sockets[1] - sockets[0] <= leeway &&
    listeners[1] <= listeners[0] &&
    warnings === 0;
  return { isFlat, growth, rss, heap, timers, sockets, listeners, warnings };
}
