/** Every interval of policy, with its unit and its reason. */

/** Time in which an empty bucket of a rate limit is full again. The settings of the operator count calls in it. */
export const rateLimitWindowSeconds = 10;

/**
 * Time for which calls gather before their settings are read together. It is too short to notice. The next steps of these
 * calls are done together as well. At 110 calls a second, the database gets a third of the statements.
 */
export const settingsBatchMs = 25;

/** Time for which learned prices count. They change slowly, and every accepted job asks for one. */
export const learnedPricesMs = 5 * 60_000;
