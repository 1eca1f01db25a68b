/** Whose things are whose: one place decides who may see a job and who may change it. */
import type { Origin } from '../chat.ts';

/** What the decision needs to know of a job. */
type Owned = { platform: string; tenant: string; person: string; private: boolean };

/** People of one place see each other's public work; private work is seen by the person who asked for it only. */
export function maySee(job: Owned, { platform, tenant, person }: Origin): boolean {
  if (job.platform !== platform || job.tenant !== tenant) return false;
  return !job.private || job.person === person.id;
}

/** Cancelling and deleting: the person who asked for it; moderators too, where they can see it. */
export function mayChange(job: Owned, origin: Origin): boolean {
  return maySee(job, origin) && (job.person === origin.person.id || origin.person.moderator);
}
