/** Every time limit of commands, with its unit and its reason. */

/** Time limit of all that one call waits for at PhotoGPT, and of storing its files. It begins with the first of them. */
export const callTimeoutMs = 20_000;
