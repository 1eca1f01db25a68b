/** Time limits and waits of the API client. */

/** Time limit of a ping. A ping carries nothing, so an API that takes longer counts as down. */
export const pingTimeoutMs = 10_000;

/**
 * Time limit of one attempt to read. The client's `maxTimeoutMs` caps it, as the bot does with `requestTimeoutMs` of jobs.
 * After it, a new connection is worth more than further waiting.
 */
export const readTimeoutMs = 30_000;

/**
 * Time limit of one attempt to write: the two minutes that the documentation's own sample gives every request. A write
 * that is given up too early is a write in doubt. The client's `maxTimeoutMs` caps it: the bot waits for its
 * `requestTimeoutMs` (jobs/timings.ts), because a claim must outlive the request.
 */
export const writeTimeoutMs = 120_000;

/**
 * Upper end of the random wait before the second attempt to read. It doubles with each further attempt: 0.5, 1, 2 s.
 */
export const firstRetryWaitMs = 500;

/**
 * Longest wait before a retry. The API may ask for more with `Retry-After`. The call then fails at once, so that the
 * caller can do other things meanwhile.
 */
export const maxRetryWaitMs = 20_000;
