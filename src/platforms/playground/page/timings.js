// @ts-check
/** Times of the page, in milliseconds. */

/** Time limit of a request. Requests with files on a slow machine take longest. */
export const requestTimeoutMs = 30_000;

/** Wait after the last key before the page asks for hints, so that fast typing asks once. */
export const hintDelayMs = 70;

/** Wait after the last key before a form asks for suggestions. */
export const suggestDelayMs = 120;

/** Waits before each further attempt to listen. */
export const reconnectDelaysMs = [300, 1000, 2000, 4000];

/** Silence after which a connection counts as dead. The server sends something every 15 seconds. */
export const maxSilenceMs = 40_000;

/** Wait before the page asks a server again that does not answer yet, because it may be starting. */
export const startRetryMs = 1500;

/** Time for which messages of one author stand under one name. */
export const groupedWithinMs = 5 * 60_000;

/** Time for which a message stays highlighted after a jump to it. */
export const highlightMs = 2500;

/** Time for which a finger has to rest on a picture to open its menu. */
export const longPressMs = 480;

/** Interval between updates of the seconds in a progress bar. */
export const progressTickMs = 1000;

/** Shortest time for which a toast stays. */
export const toastMs = 3000;

/** Further time for each character of a toast. */
export const toastPerCharacterMs = 50;
