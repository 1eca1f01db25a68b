/** `/again` and `/retry`: the same call once more. */
import type { Call } from '../chat.ts';
import { refuse } from '../errors/catalogue.ts';
import { define } from './kit/define.ts';
import { findJob } from './making/find-job.ts';
import { jobOption } from './making/making-options.ts';

/** Makes a job once more with the same options, or shows its form to change some. */
export const again = define({
  name: 'again',
  description: 'Make the same once more, or something close to it',
  group: 'Make',
  example: '41',
  options: {
    job: { ...jobOption('Which job'), required: true },
  },

  async standsFor(context, { job: number }): Promise<Call> {
    const { call } = await findJob(context, number);
    // Once more with the same seed would be the same picture, and cost the same as a new one.
    const { seed: _, ...options } = call.options;
    return { command: call.command, options };
  },
});

/** Starts a failed or cancelled job once more. */
export const retry = define({
  name: 'retry',
  description: 'Try a job that failed once more',
  group: 'Your work',
  example: '41',
  options: {
    job: { ...jobOption('Which job'), required: true },
  },

  async standsFor(context, { job: number }): Promise<Call> {
    const job = await findJob(context, number);
    if (job.outcome !== 'failed' && job.outcome !== 'cancelled') {
      throw refuse('nothingToRetry', { job: number, state: job.outcome ?? job.state });
    }
    return job.call;
  },
});
