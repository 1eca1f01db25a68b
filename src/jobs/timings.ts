/** Every lease, interval and time limit of jobs, with its unit and its reason. Those of polling are in `poll/timings.ts`. */

// Submit

/** Time limit of one request to PhotoGPT. A claim must outlive it, or a second replica sends the same job. */
export const requestTimeoutMs = 30_000;

/** Lease of a claim to send one job: the request's time limit, and time to write down what came of it. */
export const submitLeaseMs = requestTimeoutMs + 15_000;

/**
 * Greatest age of a claim with which a request may still leave. A process that stood still for longer does not send: its
 * claim could end before the request does.
 */
export const maxClaimAgeMs = submitLeaseMs - requestTimeoutMs;

/** Time for which one step waits for a call permit. Short, because a process that stops waits for the step to end. */
export const permitWaitMs = 1_000;

/** Bounds of the waits between tries to save the id of a paid job. Only memory holds the id meanwhile. */
export const saveIdBackoffMs = { firstMs: 200, maxMs: 4_000 };

/**
 * Time for which the ids of sent jobs are gathered into one statement. A crash loses ids that are not written yet, so
 * this is short beside the request that gave the id.
 */
export const acceptedIdsTickMs = 50;

/** Time for which the places of placeholders are gathered into one statement. Results come seconds later. */
export const placeholdersTickMs = 100;

/** Age at which a job's placeholder is first edited to show progress. Most pictures are there after six seconds. */
export const firstProgressMs = 4_000;

/** Time for which a result waits for the placeholder to be shown. The placeholder must not overwrite the result. */
export const placeholderTimeoutMs = 10_000;

/**
 * Waits between tries to write an accepted job. With the waits of the connection pool they come to about fifteen seconds.
 * A person waits for the answer no longer than that. They need no jitter, because the pool's own waits have it.
 */
export const writeRetryWaitsMs = [200, 400, 1_000, 2_000];

/** Longest wait for an API call of a sent job. After it, the call is made however busy the key is. */
export const maxApiCallWaitMs = 30_000;

/** Time of the API rate that one statement takes calls for, so that most calls need no statement. */
export const callPrefetchMs = 200;

/** Time for which calls that were taken ahead may be used. Calls that all processes hold come on top of the rate. */
export const callPrefetchTtlMs = 2_000;

/** Time of the API rate that may be used at once after a quiet while. */
export const apiBurstSeconds = 1;

/** Interval between looks at a model in training. Training takes 20 to 25 minutes, and PhotoGPT documents one look every five. */
export const trainingPollIntervalMs = 5 * 60_000;

/** Time before the first look at a model in training. Early, so that a model that fails at once is noticed. */
export const firstTrainingPollMs = 60_000;

/** Time after which a training that began is given up. Training takes 20 to 25 minutes (documented). */
export const trainingDeadlineMs = 3 * 3_600_000;

/** Bounds of the waits for PhotoGPT to accept a training. It trains few at a time, and one takes minutes to end. */
export const trainingBackoffMs = { firstMs: 15_000, maxMs: 5 * 60_000 };

/** Age up to which a training may have a model that PhotoGPT does not know. Not every server of it knows a new model. */
export const newModelGraceMs = 2 * 60_000;

// Deliver

/** Lease of a claim to post. Another replica takes over from one that died after this time. */
export const deliveryLeaseMs = 60_000;

/** Interval of renewing that claim: three times in its lease. */
export const deliveryRenewalMs = deliveryLeaseMs / 3;

/** Time limit of one post, with fetching what it shows. A video may have a gigabyte. */
export const postTimeoutMs = 10 * 60_000;

/** Bound of the wait after the first post that failed. It doubles with each further one. */
export const firstPostRetryMs = 1_000;

/** Longest wait between two tries to post. A chat that comes back then gets its results within five minutes. */
export const maxPostRetryMs = 300_000;

/** Age at which the bot stops trying to post a result. The result then waits until a person asks for it. */
export const giveUpPostingAfterMs = 24 * 3_600_000;

/** Age of a job from which a ping follows its result. An edited message notifies nobody. */
export const pingAfterMs = 60_000;

/**
 * Interval of writes that finish deliveries. The message is visible already, so only the next one of its channel waits.
 */
export const finishWritesTickMs = 50;

/**
 * Age of the last change from which an open job without open deliveries is closed. Before then, the statements that
 * finished its last two deliveries may still be running.
 */
export const closeFinishedAfterMs = 60_000;

/** Time limit of an edit that shows progress, so that it cannot hold back the result. */
export const progressEditTimeoutMs = 5_000;

/** Lease of a claim to show progress. It outlives the edit. */
export const progressLeaseMs = progressEditTimeoutMs + 3_000;

/**
 * Wait between two looks for a video file. No interval is documented. A short clip is a file within a minute as a rule.
 */
export const videoFileIntervalMs = 3_000;

/** Lease of a claim to prepare video files. A replica that died is replaced after it. */
export const videoFilesLeaseMs = 60_000;

// Recover

/** Age of a doubt beyond which the list proves nothing. The list shows seven days at most (documented). */
export const doubtHorizonMs = 6 * 24 * 3_600_000;

/**
 * How long a request may still take effect after we gave up on it. Before then, absence from the list proves nothing.
 * Above common proxy timeouts. With 15 s, a simulation that delayed requests by up to 60 s paid 27 of 2,972 jobs twice.
 */
export const absenceGraceMs = 60_000;

/** How far PhotoGPT's clock may be off: it tells whole seconds, and its answers take a while. */
export const clockSkewMs = 5_000;

/**
 * How much earlier than the oldest lost request the list is read from. The start of the list is by PhotoGPT's clock,
 * and ours may have been set since we last compared the two.
 */
export const listStartMarginMs = 10 * 60_000;

/** Shortest time between two looks for lost requests. The time is half the age of the youngest doubt, within bounds. */
export const minReconcileIntervalMs = 1_000;

/** Longest time between two looks for lost requests. At least three looks fall into the grace of each request. */
export const maxReconcileIntervalMs = 15_000;

/** One wait for answers on their way. Four of these are a second, and most answers take less. */
export const answerWaitMs = 250;

/** Pause of all calls after PhotoGPT failed to show its list without a Retry-After. */
export const unansweredPauseMs = 5_000;

/** Reach back of each audit for foreign jobs. An audit follows every five minutes, so the audits overlap. */
export const auditReachMs = 15 * 60_000;

/** The audit leaves out jobs this close to the first start with the key, or to a request that waits for its id. */
export const auditMarginMs = 10_000;

/**
 * Age at which a job that has not ended fails. A training may wait a day for others, and gets a new deadline when sent.
 */
export const jobDeadlinesMs = {
  image: 3_600_000,
  upscale: 3_600_000,
  video: 3 * 3_600_000,
  train: 24 * 3_600_000,
} as const;

/** Time between two rounds of the watchdog. Its limits are ten minutes and more. */
export const watchdogIntervalMs = 60_000;

/** Time between two log lines about one limit of the watchdog. */
export const watchdogWarningIntervalMs = 3_600_000;

// Replicas

/** Lease of the leader. The others take over this long after a leader died. */
export const leaderLeaseMs = 10_000;

/** Interval between renewals of the leader's lease. Two renewals may fail before another replica takes over. */
export const leaderRenewalMs = leaderLeaseMs / 3;

/** Time for which wake-ups are gathered into one NOTIFY. Each NOTIFY takes a lock that the server has once. */
export const notifyBatchMs = 50;

/** Interval between heartbeats. Each replica sends them to its peers and hears its own. */
export const heartbeatMs = 5_000;

/** Silence after which a peer, or the own connection, counts as dead. Three heartbeats. */
export const deadAfterMs = 15_000;

/** Time allowed for the leave message on shutdown. */
export const leaveTimeoutMs = 1_000;

/**
 * Time for which a due row is left to the replica whose partition it is in. After it any replica takes the row: its own
 * one is dead, slow or full. Short beside the ten seconds until another leader takes over, long beside a wake-up.
 */
export const partitionGraceMs = 1_000;

// The pipeline

/** Intervals between the steps of each loop, for when no wake-up comes. */
export const loopIntervalMs = {
  submit: 1_000,
  lead: 250,
  prepare: 1_000,
  train: 5_000,
  deliver: 500,
  progress: 1_000,
  housekeeping: 5_000,
  presets: 3_600_000,
};

/** Time for which queued jobs are gathered into one claim when several lanes send. */
export const submitTickOfLanesMs = 50;

/** Time for which queued jobs are gathered into one claim when one lane sends. There is less to gather then. */
export const submitTickOfOneLaneMs = 25;

/** Time for which due deliveries are gathered into one claim. */
export const deliverTickMs = 50;

/** Interval between looks at jobs in doubt. A doubt lasts a minute or more, so more looks would find no more. */
export const reconcileIntervalMs = 1_000;

/** Interval between audits of foreign jobs. It reads PhotoGPT's list, and no job waits for it. */
export const auditIntervalMs = 5 * 60_000;

/** Time that work which costs money or is half posted gets to end, after the process was asked to stop. */
export const stopGraceMs = 10_000;

/** Time that aborted work gets to notice. The process then leaves behind a platform that does not. */
export const abortGraceMs = 2_000;
