/** Every time limit of commands, with its unit and its reason. */

/** Time limit of one call. After it, no platform takes the answer as the answer to the call. */
export const callTimeoutMs = 20_000;
