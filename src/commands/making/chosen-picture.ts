/** Finds the picture that a call is about: by job and number, or by the picture itself. */
import { refuse } from '../../errors/catalogue.ts';
import type { Context } from '../kit/define.ts';
import { findJob } from './find-job.ts';

/** The choice of a picture: a job and a number, or a picture. */
type Chosen = { job?: number; image?: number; picture?: string[] };

/** Returns the kept picture. Throws a `UserError` that names the part of the choice that this person does not have. */
export async function chosenPicture(context: Context, command: string, { job: number, image, picture }: Chosen) {
  const { app, origin, signal } = context;
  const [given] = picture ?? [];
  if (given) {
    const found = await app.media.find(given, origin);
    if (!found) throw refuse('pictureGone', { given });
    return found;
  }
  if (number === undefined) throw refuse('missingOption', { command, option: 'a picture, or the number of a job' });
  const job = await findJob(context, number);
  const which = image ?? 1;
  if (job.outcome === null) throw refuse('notDoneYet', { job: number });
  if (which > job.outputs.length) throw refuse('noSuchImage', { job: number, image: which, have: job.outputs.length });
  await app.jobs.results(job, signal);
  const found = await app.media.find(`${number}/${which}`, origin);
  if (!found) throw refuse('pictureGone', { given: `${number}/${which}` });
  return found;
}

/** Throws `UserError` for a video, and for a picture that is gone. */
export async function mustBePictures({ app, origin }: Pick<Context, 'app' | 'origin'>, ids: readonly string[]) {
  for (const id of ids) {
    const found = await app.media.find(id, origin);
    if (!found) throw refuse('pictureGone', { given: id });
    const name = found.job === null ? id : `${found.job}/${found.image ?? 1}`;
    if (found.kind !== 'image') throw refuse('notAPicture', { name, allowed: ['a still picture'] });
  }
}
