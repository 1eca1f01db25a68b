/** Every lease and time limit of trained models, with its unit and its reason. */

/** Lease of the work on one model at PhotoGPT. Above the longest request, and renewed before each upload. */
export const modelLeaseMs = 60_000;

/** Lease of deleting one model at PhotoGPT. After a failure it runs out, and the next attempt begins. */
export const deletionLeaseMs = 120_000;

/** How long a request whose answer was lost may still take effect. Before then, absence proves nothing. */
export const absenceGraceMs = 60_000;

/** How far PhotoGPT's clock may be from the database's. */
export const clockSkewMs = 10 * 60_000;
