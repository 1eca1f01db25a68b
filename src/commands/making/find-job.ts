/** The job that a call is about. */
import { refuse } from '../../errors/catalogue.ts';
import type { Context } from '../kit/define.ts';

/** Throws `UserError` in the same words for a job that does not exist and for one that this person may not see. */
export async function findJob({ app, origin }: Context, number: number) {
  const job = await app.jobs.find(number, origin);
  if (!job) throw refuse('noSuchJob', { job: String(number) });
  return job;
}
