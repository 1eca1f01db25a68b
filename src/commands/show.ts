/** `/show` and `/details`: a job again, and the settings of a picture. */
import { refuse } from '../errors/catalogue.ts';
import { define } from './kit/define.ts';
import { findJob } from './making/find-job.ts';
import { jobOption, privateOption } from './making/making-options.ts';
import { failureOf, progressOf, resultOf } from './views.ts';

/** Shows a job again, with working buttons. */
export const show = define({
  name: 'show',
  description: 'Show a job again, in this channel',
  group: 'Your work',
  example: '41',
  options: {
    job: { ...jobOption('Which job'), required: true },
    private: privateOption,
  },

  async run(context, { job: number }) {
    const { app, signal } = context;
    const job = await findJob(context, number);
    // The result must not replace this message: the job has a message of its own.
    const withoutJob = { job: undefined };
    if (job.outcome === null)
      return { ...progressOf(job, app.jobs.elapsed(job), app.jobs.usual(job.model)), ...withoutJob };
    if (job.outcome === 'done') return { ...resultOf(job, await app.jobs.results(job, signal)), ...withoutJob };
    return { ...failureOf(job), ...withoutJob };
  },
});

/** Shows the settings that a picture was made with. */
export const details = define({
  name: 'details',
  description: 'What a picture was made with',
  group: 'Your work',
  example: '',
  options: { picture: { kind: 'pictures', description: 'Which picture', required: true, max: 1 } },
  private: true,
  onPicture: { label: 'Details', option: 'picture' },

  async run({ app, origin, signal }, { picture: [id = ''] }) {
    const picture = await app.media.find(id, origin);
    if (!picture) throw refuse('pictureGone', { given: id });
    const job = picture.job === null ? undefined : await app.jobs.find(picture.job, origin);
    const facts = [
      { label: 'size', value: `${picture.width} × ${picture.height}` },
      { label: 'file', value: `${picture.type}, ${Math.max(1, Math.round(picture.bytes / 1000))} kB` },
    ];
    if (!job || picture.remoteId === null)
      return { text: 'A picture that somebody brought along.', tone: 'plain', facts };
    const where = await app.whereabouts.of(picture.kind, picture.remoteId, signal);
    if (where !== 'unknown') facts.push({ label: 'at PhotoGPT', value: where === 'there' ? 'still there' : 'deleted' });
    const { quote, by, facts: settings = [], buttons } = resultOf(job, []);
    return {
      text: `Picture ${picture.image ?? 1} of job #${job.id}.`,
      tone: 'plain',
      quote,
      by,
      facts: [...settings, ...facts],
      buttons,
    };
  },
});
