/** Every interval and time limit of polling, with its unit and its reason. */

/** Wait of one polling step for its answers. Slower ones go on in the background, so that the other jobs stay watched. */
export const resultTimeoutMs = 2_000;

/**
 * Time over which the calls of one step leave. Answers that come all at once delay other calls: by 80 ms for 25 pages on
 * two cores.
 */
export const callSpreadMs = 200;

/** Longest pause of the API key after answers of "too many requests" that name no time. */
export const maxRateLimitPauseMs = 20_000;

/** Longest pause of the API key after other failures, which name no time either. */
export const maxFailurePauseMs = 15_000;

/** Interval at which the leader saves what it learned about PhotoGPT's list. */
export const saveListBehaviourMs = 60_000;

/** Age at which what was learned about PhotoGPT's list is forgotten, because PhotoGPT may have changed it. */
export const listBehaviourMaxAgeMs = 24 * 3_600_000;

/** Jobs that arrive in this time are fetched at one time. It is two and a half times what keeps up with them. */
export const arrivalsFetchedAtOnceSeconds = 0.5;

/** Highest arrival rate that polling plans for. We have measured polling at no more than that. */
export const maxArrivalsPerSecond = 4_000;

/** Time after which an arrival counts for a third (1/e) in the arrival rate. */
export const arrivalMemoryMs = 20_000;

/** Newest part of the time between two steps whose calls are allowed in full. Calls of earlier parts are capped. */
export const uncappedAllowanceSeconds = 1;

/** Longest part of the list that one request may ask for: seven days (documented), less a minute for clocks that differ. */
export const maxListWindowMs = 7 * 86_400_000 - 60_000;

/** Time before the oldest job at which a reading without a window starts. */
export const oldestJobMarginMs = 60_000;

/** Least uncertainty about when PhotoGPT made a job that its list has not shown yet. */
export const minGuessSpreadMs = 50;

/** Uncertainty about a time that the list showed: it may be cut off behind the milliseconds. More would cost needless rows. */
export const shownTimeSpreadMs = 2;

/** Resolution of PhotoGPT's times: it may tell whole seconds, and a window may keep all of the second that it ends in. */
export const serverTimeResolutionMs = 1_000;

/**
 * Least worth of one call, in seconds that a person waits for an ended job. With one job in flight this gives a look every
 * sqrt(2 × worth / hazard) seconds (Barlow, Hunter and Proschan 1963). That is about every 0.6 s near the usual end of a
 * picture that takes six. With many in flight calls are scarce, and all that are made are worth more.
 */
export const minCallWorthSeconds = 0.05;

/** Longest time that a job goes without a look, however sure the learned durations are that it has not ended. */
export const maxUnseenMs = 5 * 60_000;

/** Wait of a person after which another second of waiting counts half. */
export const waitingCountsHalfSeconds = 600;

/** Shortest duration that is told apart: the lower edge of the histograms. */
export const minDurationSeconds = 0.5;

/** Longest duration that is told apart: the upper edge of the histograms, two hours. */
export const maxDurationSeconds = 7_200;

/** Expected duration of work about which nothing is said or measured. */
export const unknownDurationSeconds = 60;

/** Interval of reading the newest rows of the table. */
export const readNewRowsMs = 400;

/** Interval of reading further back than usual for rows that became visible late. */
export const readLateRowsMs = 1_000;

/** Time before the newest row that each reading repeats. Most rows are visible within milliseconds of their time. */
export const usualRowOverlapMs = 500;

/** Time before the newest row that the readings for late rows repeat. Nearly all rows are visible within it. */
export const lateRowOverlapMs = 5_000;

/** Time in which the table is read whole. A row that became visible even later is found by that. */
export const readWholeTableMs = 60_000;

/** Longest time between two parts of the whole table. The shortest is a tenth of it, however many parts there are. */
export const maxTablePartIntervalMs = 10_000;

/**
 * Time before the last end that the leader before us saw, within which it may have missed other ends: 99 of 100 ends are
 * seen within 20 s. Without it a new leader with 1,000 jobs in flight looks at old jobs only for 12 s, because most of
 * them might have ended.
 */
export const maxUnseenEndMs = 30_000;

/** Age below which PhotoGPT's "no such job" proves nothing: a young job may not have reached all of its servers. */
export const minMissingAgeMs = 2 * 60_000;

/** Interval at which ends are written together. An end is seen two seconds late on average, so this adds little. */
export const endsTickMs = 50;
