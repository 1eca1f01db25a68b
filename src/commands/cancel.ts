/** `/cancel` and `/delete`: the ends of jobs and results that are not needed any more. */
import { explain, refuse } from '../errors/catalogue.ts';
import { type Context, define } from './kit/define.ts';
import { findJob } from './making/find-job.ts';
import { jobOption } from './making/making-options.ts';

/**
 * Returns a job that this person may change. Throws `UserError`, for a hidden job in the same words as for a missing
 * one.
 */
async function changeable(context: Context, number: number) {
  const { app, origin } = context;
  const job = await findJob(context, number);
  if (!app.jobs.mayChange(job, origin)) throw refuse('notYours', { job: number });
  return job;
}

/** Cancels a job. A waiting job ends, and a sent job is not posted. */
export const cancel = define({
  name: 'cancel',
  description: 'Stop a job: free while it waits; once sent it is paid for, but not posted',
  group: 'Your work',
  example: '41',
  options: { job: { ...jobOption('Which job'), required: true } },
  private: true,

  async run(context, { job: number }) {
    const job = await changeable(context, number);
    const how = await context.app.jobs.cancel(job);
    if (!how) throw refuse('nothingToCancel', { job: number, state: job.outcome ?? 'cancelled' });
    return { text: explain('cancelled', { sent: how === 'withdrawn' }), tone: 'plain' };
  },
});

/** Deletes a result, here and at PhotoGPT. */
export const remove = define({
  name: 'delete',
  description: 'Delete a result, here and at PhotoGPT',
  group: 'Your work',
  example: '41',
  options: { job: { ...jobOption('Which job'), required: true } },
  private: true,

  async run(context, { job: number }) {
    const job = await changeable(context, number);
    if (job.outcome === null) throw refuse('notDoneYet', { job: number });
    const { there } = await context.app.jobs.remove(job, context.signal);
    const elsewhere = there ? 'here and at PhotoGPT' : 'here; PhotoGPT could not be reached and may still have it';
    return { text: `Job #${number} was deleted ${elsewhere}.`, tone: 'plain' };
  },
});
