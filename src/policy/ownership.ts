/** Decides who may see a job and who may change it. */
import type { Origin } from '../chat.ts';

/** The facts of a job that the decision needs. */
type Owned = { platform: string; tenant: string; person: string; private: boolean };

/**
 * Whether a person may see a job: people of one place see each other's public work, and only their own private work.
 */
export function maySee(job: Owned, { platform, tenant, person }: Origin): boolean {
  if (job.platform !== platform || job.tenant !== tenant) return false;
  return !job.private || job.person === person.id;
}

/** Whether a person may cancel or delete a job: the person who asked for it, and moderators who may see it. */
export function mayChange(job: Owned, origin: Origin): boolean {
  return maySee(job, origin) && (job.person === origin.person.id || origin.person.moderator);
}
