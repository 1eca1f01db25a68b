/** Every time limit, lifetime and pause of the Discord adapter, with its unit and its reason. */

// Read

/** Time limit of fetching one attached file from Discord. */
export const attachmentTimeoutMs = 20_000;

/** Age above which a signed request counts as recorded and played again. */
export const maxSignatureAgeMs = 5 * 60_000;

/** Time limit for receiving one request of Discord's over HTTP. */
export const webhookRequestTimeoutMs = 10_000;

/** Time that calls under way may still take once the platform stops. */
export const shutdownTimeoutMs = 10_000;

// Answer

/** Time limit of one acknowledging request. Two of them fit into the three seconds that Discord gives. */
export const acknowledgeTimeoutMs = 1_400;

/** Longest wait for a form or for the database before the acknowledgement. Later is too late for Discord's three seconds. */
export const formTimeoutMs = 1_500;

/** Longest wait for finding out whether the bot is in a server. The answer must not be held up for longer. */
export const guildLookupTimeoutMs = 2_000;

/** Pauses between the attempts to show an answer. There is one attempt more than there are pauses. */
export const showRetryPausesMs = [500, 2_000];

/** Time limit of showing an answer, with all its attempts. */
export const showTimeoutMs = 5 * 60_000;

/** Time for which an open form is stored. Discord lets its files be fetched for about as long. */
export const formTtlMs = 20 * 3_600_000;

// Render

/** Time for which the call of a button is stored: ten years. A button works as long as its message, which has no set end. */
export const buttonTtlMs = 3_650 * 86_400_000;

// Send

/** Time limit of a small urgent request, such as an acknowledgement. */
export const urgentRequestTimeoutMs = 5_000;

/** Longest wait for a rate limit before a small urgent request fails. */
export const urgentRateLimitWaitMs = 1_000;

/** Time limit of a request that may carry files. */
export const uploadRequestTimeoutMs = 5 * 60_000;

/** Longest wait for a rate limit before a request that may carry files fails. */
export const uploadRateLimitWaitMs = 10_000;

/**
 * Interval at which discord.js drops idle queues. Each interaction's token has a queue of its own, and in the default
 * hour thousands of them pile up.
 */
export const queueSweepIntervalMs = 60_000;

/** Time for which we use an interaction's token. Discord's 15 minutes, less one, so that an upload under way still arrives. */
export const interactionTokenMs = 14 * 60_000;

/** Time within which a nonce alone prevents a second message. Discord documents "a few minutes". */
export const nonceLifetimeMs = 120_000;

/** Largest difference between the clocks of Discord and of this machine. */
export const clockSkewMs = 60_000;

/** Time for which Discord's answer about a server stays valid here. Refused requests count against us, so they must be rare. */
export const guildTtlMs = 10 * 60_000;

/** Time for which a refused file size stays valid: a week, because boosts come and go. */
export const uploadLimitTtlMs = 7 * 86_400_000;

// Register commands

/** Time limit of one request while commands are registered. */
export const registerRequestTimeoutMs = 15_000;

/** Longest wait for a rate limit while registering. Discord allows 200 new commands a day and five in twenty seconds. */
export const registerRateLimitWaitMs = 60_000;

/** Time limit of registering all commands. */
export const registerTimeoutMs = 5 * 60_000;
