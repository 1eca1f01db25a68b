/** Every lease, lifetime, interval and time limit of Slack's adapter, with its unit and its reason. */

// The connection

/**
 * Time limit of Slack's answer to a ping over Socket Mode, after which a new connection begins. The library also waits
 * for this time, and longer with each failure, before it connects again.
 */
export const pingTimeoutMs = 5_000;

/** Longest wait between two requests for the address of a connection. */
export const maxReconnectDelayMs = 30_000;

/** Time that calls under way still have when the adapter stops. */
export const stopTimeoutMs = 10_000;

// Installations and tokens

/**
 * Lifetime of an installation's row: twenty years. It stays until a person removes the app, but the store needs a time.
 */
export const installationLifetimeMs = 20 * 365 * 24 * 3_600_000;

/** Lifetime of a row that goes at once. The store has no delete. */
export const expireAtOnceMs = 1;

/** Time that a token must still be good for. Slack's tokens live for twelve hours, and are renewed below this. */
export const minTokenLifeSeconds = 2 * 3_600;

/** Time for which a token is used without a look at the database. Another process may have renewed it since. */
export const tokenCacheMs = 60_000;

/** Lease of the process that renews a token. Another process tries after it. */
export const tokenRenewalLeaseMs = 60_000;

/** Time limit of one request for a new token. */
export const tokenRequestTimeoutMs = 10_000;

// Read: people and their groups

/** Time for which a profile is used without asking Slack. A new administrator becomes a moderator this much later. */
export const profileCacheMs = 10 * 60_000;

/** Time limit of reading a profile. A call goes on without a name after it. */
export const profileTimeoutMs = 2_000;

/** Time for which the user groups of a workspace are used without asking Slack. A new member counts this much later. */
export const userGroupsCacheMs = 10 * 60_000;

// Render: what is stored for messages

/** Lifetime of a call behind a button: ten years. A button works as long as its message, which has no known end. */
export const buttonLifetimeMs = 3_650 * 24 * 3_600_000;

/** Lifetime of a workspace's command prefix: ten years. It changes only when a person makes the app anew. */
export const prefixLifetimeMs = 3_650 * 24 * 3_600_000;

// Send: calls of the Web API

/** Time limit of one call of the Web API. Whether a call without an answer had its effect is unknown. */
export const webCallTimeoutMs = 30_000;

/** Longest `Retry-After` that is waited for. A longer one makes the call fail. */
export const maxRetryAfterSeconds = 15;

/** Time limit of one answer through a response URL. */
export const responseUrlTimeoutMs = 10_000;

/** Time for which a membership is taken for granted. The bot is seldom removed, and notices it when it posts. */
export const membershipCacheMs = 3_600_000;

/** Time for which it is taken for granted that a workspace takes files. */
export const uploadsAllowedCacheMs = 10 * 60_000;

/** Time for which it is taken for granted that a workspace takes no files. Shorter, as a person may be changing it. */
export const uploadsRefusedCacheMs = 60_000;

/** Time limit of asking whether a workspace takes files. A call goes on without the answer. */
export const uploadCheckTimeoutMs = 2_000;

/** Waits before each look for the message of an upload. Slack first scans files for malware, which takes a while. */
export const shareLookDelaysSeconds = [0.2, 1, 2, 4, 8, 15];

/** Silence after which the transfer of one file fails. */
export const transferStallMs = 60_000;

/** Shortest time between two updates of one message that shows progress, however few such messages there are. */
export const progressIntervalMs = 10_000;

/** Time after which a message that no progress was reported for gives its part of the updates to the others. */
export const progressIdleMs = 120_000;

// Answer: calls, forms and suggestions

/** Lifetime of an event's claim. Slack repeats an event for minutes if it was not acknowledged. */
export const eventClaimMs = 3_600_000;

/** Time limit of suggestions. Slack waits for three seconds in all. */
export const suggestionsTimeoutMs = 2_000;

/** Lifetime of an open form. One that was open for longer has to be opened again. */
export const formLifetimeMs = 4 * 3_600_000;

/** Time for making a form, after which a page to wait on opens first. Slack's trigger lives for three seconds. */
export const formWaitMs = 700;

/** Time limit of reading the draft of a submitted form. Slack waits for three seconds for the answer. */
export const draftTimeoutMs = 2_000;

/** Time limit of posting the files of an answer. */
export const answerPostTimeoutMs = 600_000;

/** Deadline of an answer in words. The bot takes up to 20 s for its words, and posting may have to wait. */
export const wordsDeadlineMs = 45_000;

/** Deadline of an answer with files, above `answerPostTimeoutMs`. */
export const filesDeadlineMs = 11 * 60_000;

/** Interval between two looks for calls that a dead process left without an answer. */
export const pendingCallsIntervalMs = 30_000;

/** Lifetime of a pending call's row: a week. */
export const pendingCallLifetimeMs = 7 * 24 * 3_600_000;
