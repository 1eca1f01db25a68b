/** How long a row may stay in each state, and the remedy after that. The watchdog reads this table. */
import type { Delivery } from '../deliver/deliveries-store.ts';
import type { Job } from '../state/job-store.ts';

/**
 * A limit of one state. A row is past it when `afterMs` milliseconds have gone by since its last change, since its
 * deadline, or since its creation. The remedies:
 * - `end`: the job fails with a reason, after one last look at PhotoGPT.
 * - `say`: the job gets the delivery that it lacks.
 * - `reopen`: the delivery goes back to pending, and its holder loses the claim.
 * - `keep`: the delivery is given up. Its result waits until a person asks for it.
 */
export type Limit = { since: 'change' | 'deadline' | 'creation'; afterMs: number } & (
  | { what: 'job'; state: Job['state']; remedy: 'end' | 'say' }
  | { what: 'delivery'; state: Delivery['state']; remedy: 'reopen' | 'keep' }
);

const minute = 60_000;
const hour = 60 * minute;

/**
 * A limit for each state that is not the end. Each is well above the time that the loops take, which the line above it
 * names: the watchdog is for rows that the loops missed. It ignores API keys, so rows of an old key end here.
 */
export const limits: readonly Limit[] = [
  // `overdue.ts` ends these at their deadline: an hour for a picture, three for a video or a training.
  { what: 'job', state: 'queued', since: 'deadline', afterMs: 15 * minute, remedy: 'end' },
  { what: 'job', state: 'running', since: 'deadline', afterMs: 15 * minute, remedy: 'end' },
  { what: 'job', state: 'preparing', since: 'deadline', afterMs: 15 * minute, remedy: 'end' },
  // A claim lasts 45 s. The submitter renews it with every photo that it uploads.
  { what: 'job', state: 'submitting', since: 'change', afterMs: hour, remedy: 'end' },
  // `reconcile.ts` decides a minute after the request was lost, unless PhotoGPT does not answer.
  { what: 'job', state: 'unknown', since: 'change', afterMs: 3 * hour, remedy: 'end' },
  // The statement that ends a job writes its delivery as well.
  { what: 'job', state: 'ready', since: 'change', afterMs: 10 * minute, remedy: 'say' },
  { what: 'job', state: 'failed', since: 'change', afterMs: 10 * minute, remedy: 'say' },
  { what: 'job', state: 'cancelled', since: 'change', afterMs: 10 * minute, remedy: 'say' },
  // A post has ten minutes. A claim that its process does not renew has one.
  { what: 'delivery', state: 'sending', since: 'change', afterMs: 30 * minute, remedy: 'reopen' },
  // `post-delivery.ts` gives up after a day, at its next try. Tries are at most five minutes apart.
  { what: 'delivery', state: 'pending', since: 'creation', afterMs: 25 * hour, remedy: 'keep' },
];
