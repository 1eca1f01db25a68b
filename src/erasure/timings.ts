/** The waits of erasures, with their unit and their reason. */

/** Longest wait before PhotoGPT is asked again to delete something: one day. The first wait is one minute, and each doubles. */
export const maxRetryMinutes = 1_440;
