/** The speed of the clock of killed bots. */

/**
 * Factor on the clock on the wall. The longest wait, two minutes until a request is ambiguous, then takes six seconds.
 */
export const speed = 20;
