/** Times of the sandbox that are no guesses about the API. The guesses are in guesses.ts. */

/** Longest that a fault leaves a request without an answer. After it, a client that never gives up is cut off. */
export const maxHangMs = 600_000;

/** Time limit for fetching a reference on this machine, where every address is near. */
export const referenceTimeoutMs = 5_000;

/** Usual duration of a trained model's job. The catalogue has none, and other clients report them to be quicker. */
export const trainedModelSeconds = 30;

/** Longest time for one film, after which its thread is ended. The longest one measured took 6 s. */
export const filmTimeoutMs = 60_000;
