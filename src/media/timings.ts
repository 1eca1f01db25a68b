/** Every interval and time limit of media, with its unit and its reason. */

// Fetching from addresses that others chose

/** Time limit of connecting to a server. */
export const connectTimeoutMs = 10_000;

/** Silence after which a connection counts as broken, before the answer and within it. */
export const silenceTimeoutMs = 30_000;

// Uploads of people

/** Time limit of getting a picture from a chat. Chats are slow sometimes, and a slower picture is not coming. */
export const attachmentTimeoutMs = 15_000;

/** Time limit of decoding a HEIC picture. A photograph of 12 megapixels takes one to two seconds. */
export const heicTimeoutMs = 30_000;

// References at PhotoGPT

/** Idle time after which an upload may make room for another. Longer than any job takes, because one may still need it. */
export const uploadIdleMs = 60 * 60_000;

/**
 * Lifetime of a signed address. Long enough for a job that waits in the queue, and short enough that a leaked address is
 * soon worth nothing.
 */
export const publicLinkLifetimeMs = 3 * 3_600_000;

// Fitting pictures to a place

/** Time limit of fitting one picture. All steps of the largest picture take some ten seconds: after this, one hangs. */
export const fitTimeoutMs = 120_000;

/** Time limit of one encoding inside sharp, which counts in seconds. */
export const encodeTimeoutSeconds = 60;

// Retention

/** Milliseconds of one day. The setting for retention counts in days. */
export const dayMs = 86_400_000;
