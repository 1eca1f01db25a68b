/** Starts picture jobs with public models, for `/imagine`, `/edit`, `/adapt` and `/blend`. */
import type { Call, Message } from '../../chat.ts';
import { imageRequest } from '../../photogpt/request-bodies.ts';
import type { Context } from '../kit/define.ts';
import { mustBePictures } from './chosen-picture.ts';
import { modelOf, settingsFor } from './model-settings.ts';

/** The default model for pictures. It takes many references, and its family is the best documented one. */
export const usualModel = 'nanobanana-2';

/** The settings of a picture job. */
export type PictureWish = {
  prompt: string;
  model?: string;
  ratio?: string;
  size?: string;
  quality?: string;
  seed?: number;
  settings?: string;
  count?: number;
  preset?: string;
  /** Ids of kept pictures. */
  references: readonly string[];
};

/** Starts one job, and returns its acknowledgement. Throws `UserError` for settings that the model does not take. */
export async function startPictures({ app, origin }: Context, wish: PictureWish, call: Call): Promise<Message> {
  const model = modelOf(app, 'image', wish.model ?? usualModel);
  const { prompt, count, preset, references, ratio, size, quality, seed } = wish;
  const options = settingsFor(model, { ratio, size, quality, seed }, wish.settings, references.length, count);
  await mustBePictures({ app, origin }, references);
  const request = imageRequest(model, { prompt, count, preset, options });
  const refs = references.map((media) => ({ media, role: 'reference' as const }));
  const parent = await parentOf({ app, origin }, references);
  return app.jobs.start({ operation: 'image', model: model.id, request, refs, ...parent }, { origin, call });
}

/** Returns the job and the number of the first picture, if a job of this bot made it. */
export async function parentOf({ app, origin }: Pick<Context, 'app' | 'origin'>, references: readonly string[]) {
  const [first] = references;
  const picture = first && (await app.media.find(first, origin));
  return picture && picture.job !== null ? { parent: picture.job, parentImage: picture.image ?? 1 } : {};
}

/** Returns a sentence about the expected cost of pictures. No price is documented, but operators may know some. */
export function expectedCost(app: Context['app'], typed: unknown, pictures: number): string {
  const credits = app.catalogue.find(typeof typed === 'string' ? typed : usualModel)?.credits;
  return credits === undefined ? 'What they cost is not known.' : `They cost about ${credits * pictures} credits.`;
}
