/** Times of the playground's server. Those of its page are in page/timings.js. */

/** Time for calls under way to finish when the playground stops. */
export const stopTimeoutMs = 10_000;

/** Time for the last bytes of answers to leave when the playground stops. They only have to cross this machine. */
export const lastBytesTimeoutMs = 500;

/**
 * Interval between signs of life to a page without news. The page gives up a connection after 40 seconds of silence.
 */
export const heartbeatMs = 15_000;
