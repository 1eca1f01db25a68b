/** How long a row may sit in each state, and what becomes of it after that: a list, read by the watchdog. */
import type { Delivery } from '../deliver/deliveries-store.ts';
import type { Job } from '../state/job-store.ts';

/**
 * Past the limit when `after` milliseconds have gone by since the row last changed, since its deadline, or since it was
 * made. `end`: asked after a last time, then failed with a reason. `say`: given the delivery that it lacks. `reopen`:
 * taken from whoever holds it. `keep`: given up, and kept to be asked for.
 */
export type Limit = { since: 'change' | 'deadline' | 'creation'; after: number } & (
  | { what: 'job'; state: Job['state']; remedy: 'end' | 'say' }
  | { what: 'delivery'; state: Delivery['state']; remedy: 'reopen' | 'keep' }
);

const minute = 60_000;
const hour = 60 * minute;

/**
 * Every one is well above what the loops allow themselves, which is told behind it: the watchdog is for what they missed.
 * It knows nothing of API keys, so what was left behind under an old key ends here.
 */
export const limits: readonly Limit[] = [
  // `overdue.ts` ends these at their deadline: an hour for a picture, three for a video or a training.
  { what: 'job', state: 'queued', since: 'deadline', after: 15 * minute, remedy: 'end' },
  { what: 'job', state: 'running', since: 'deadline', after: 15 * minute, remedy: 'end' },
  { what: 'job', state: 'preparing', since: 'deadline', after: 15 * minute, remedy: 'end' },
  // A claim lasts 45 s, and is renewed with every photo that is handed over.
  { what: 'job', state: 'submitting', since: 'change', after: hour, remedy: 'end' },
  // Decided a minute after the request was lost, unless PhotoGPT does not answer.
  { what: 'job', state: 'unknown', since: 'change', after: 3 * hour, remedy: 'end' },
  // The delivery is written together with the end.
  { what: 'job', state: 'ready', since: 'change', after: 10 * minute, remedy: 'say' },
  { what: 'job', state: 'failed', since: 'change', after: 10 * minute, remedy: 'say' },
  { what: 'job', state: 'cancelled', since: 'change', after: 10 * minute, remedy: 'say' },
  // A post has ten minutes, and a claim that is not renewed one.
  { what: 'delivery', state: 'sending', since: 'change', after: 30 * minute, remedy: 'reopen' },
  // `deliver.ts` gives up after a day, at its next try; tries are at most five minutes apart.
  { what: 'delivery', state: 'pending', since: 'creation', after: 25 * hour, remedy: 'keep' },
];
