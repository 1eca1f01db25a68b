/** Every interval and time limit of the database, with its unit and its reason. */

// Statements

/** Time limit of one statement, waiting included. Callers may hand in another. */
export const statementTimeoutMs = 10_000;

/**
 * Time after which the server ends a statement or an idle transaction itself. Shorter than our own limit, because a
 * statement that the server ended is known to have done nothing.
 */
export const serverStatementTimeoutMs = 8_000;

/**
 * Time limit of a statement while the database answers nothing: people hear of the trouble after this. One statement at
 * a time still gets the whole limit, and so finds a server that is only slow.
 */
export const outageTimeoutMs = 2_000;

/** Time between two checks for statements that are late. One timer serves all of them. */
export const deadlineCheckIntervalMs = 100;

// Sending again

/** How long a statement that never left is sent again. A restart of Postgres takes one to two seconds. */
export const resendWindowMs = 3_000;

/** Wait before a statement is sent again for the first time. It doubles with each attempt. */
export const firstResendDelayMs = 100;

/** Longest wait before a statement is sent again. */
export const maxResendDelayMs = 500;

/** Time that one attempt may need to connect, or to be refused. An attempt begun later would look like silence. */
export const connectAttemptMs = 1_000;

// Connections

/** Shortest time between two replacements of a pool. */
export const poolRenewalIntervalMs = 2_000;

/** Time that a replaced or closed pool gets to finish its statements. The driver counts in seconds. */
export const poolDrainSeconds = 5;

/** Time limit of connecting. The driver counts in seconds. */
export const connectTimeoutSeconds = 10;

/** Wait before a connection is tried again for the first time. It doubles with each attempt. */
export const firstReconnectMs = 100;

/**
 * Longest wait before a connection is tried again. Well below the limit of a statement, so that a waiting statement hears
 * why there is no connection. Loops that ask wait longer by themselves: see `loop.ts`.
 */
export const maxReconnectMs = 800;

/** Time after which an unused connection is closed. The driver counts in seconds. */
export const idleConnectionSeconds = 60;

/** Age at which a connection is replaced. The driver counts in seconds. */
export const maxConnectionAgeSeconds = 30 * 60;

// Listening

/** Time limit of connecting in order to listen. The driver counts in seconds. */
export const listenConnectTimeoutSeconds = 5;

/** Time that a connection for listening or for migrations gets to close. The driver counts in seconds. */
export const closeTimeoutSeconds = 1;

// The embedded database

/** Time limit of building a cluster in WebAssembly: 3 to 10 s measured on two cores, more on small machines. */
export const clusterBuildTimeoutMs = 120_000;
