/** Finds the job that a call is about. */
import { refuse } from '../../errors/catalogue.ts';
import type { Context } from '../kit/define.ts';

/** Returns the job. Throws `UserError`, for a hidden job in the same words as for a missing one. */
export async function findJob({ app, origin }: Context, number: number) {
  const job = await app.jobs.find(number, origin);
  if (!job) throw refuse('noSuchJob', { job: String(number) });
  return job;
}
