/** Writes moments and spans of time in a few words. */

/** Returns a moment as `2026-03-04 10:15 UTC`. */
export const moment = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Returns a span in words, rounded up, so that a person does not come back too early. */
export function about(seconds: number): string {
  if (seconds <= 90) return `${Math.max(1, Math.ceil(seconds))} s`;
  if (seconds <= 5_400) return `${Math.ceil(seconds / 60)} min`;
  return seconds <= 48 * 3_600 ? `${Math.ceil(seconds / 3_600)} h` : `${Math.ceil(seconds / 86_400)} days`;
}
