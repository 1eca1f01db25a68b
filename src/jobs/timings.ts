/** Every lease, interval and time limit of jobs, with its unit and its reason. */

// Submit

/** Time limit of one request to PhotoGPT. A claim must outlive it, or a second replica sends the same job. */
export const requestTimeoutMs = 30_000;

/** Lease of a claim to send one job: the request's time limit, and time to write down what came of it. */
export const submitLeaseMs = requestTimeoutMs + 15_000;

// Poll

// Deliver

// Recover

/**
 * How long a request may still take effect after we gave up on it. Before then, absence from the list proves nothing.
 * Above common proxy timeouts. With 15 s, a simulation that delayed requests by up to 60 s paid 27 of 2,972 jobs twice.
 */
export const absenceGraceMs = 60_000;

/** How far PhotoGPT's clock may be off: it tells whole seconds, and its answers take a while. */
export const clockSkewMs = 5_000;

// Replicas

/** Lease of the leader. A leader that dies keeps the others waiting for this long. Renewed three times in it. */
export const leaderLeaseMs = 10_000;

// The pipeline
