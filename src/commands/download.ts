/** `/download`: the file as PhotoGPT made it. */
import { refuse } from '../errors/catalogue.ts';
import { define } from './kit/define.ts';
import { findJob } from './making/find-job.ts';
import { jobOption } from './making/making-options.ts';

/** Sends the original files of a job. */
export const download = define({
  name: 'download',
  description: 'The original files of a job',
  group: 'Your work',
  example: '41',
  options: {
    job: { ...jobOption('Which job'), required: true },
    image: { kind: 'integer', description: 'Only this picture of it', min: 1, max: 100 },
  },
  private: true,

  async run(context, { job: number, image }) {
    const { app, signal } = context;
    const job = await findJob(context, number);
    if (job.outcome !== 'done') throw refuse('notDoneYet', { job: number });
    const all = await app.jobs.results(job, signal);
    const media = image === undefined ? all : all.slice(image - 1, image);
    if (media.length === 0) throw refuse('noSuchImage', { job: number, image: image ?? 1, have: all.length });
    const facts = media.map(({ name, type, bytes, width, height }) => ({
      label: name,
      value: `${width} × ${height}, ${type}, ${Math.max(1, Math.round(bytes / 1000))} kB`,
    }));
    return {
      text: `The original ${media.length === 1 ? 'file' : 'files'} of job #${number}.`,
      tone: 'plain',
      media,
      facts,
    };
  },
});
