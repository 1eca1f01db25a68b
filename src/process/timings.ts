/** Every time limit of a process, with its unit and its reason. */

/** Time after which a stopping process ends, whatever hangs. `compose.yaml` gives a process twenty seconds. */
export const forcedExitMs = 14_500;

/** Time limit of one call of the demo. A whole picture takes seconds in the sandbox, so a longer wait is a fault. */
export const singleCallTimeoutMs = 180_000;

/** Interval between two looks for the answer to the demo's one call. */
export const singleCallPollMs = 100;
