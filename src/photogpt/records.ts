/** Decoders for images, videos, downloads, trained models and presets. */
import { z } from 'zod';
import { anything, flag, folded, id, list, number, record, string, text, time } from './wire/lenient.ts';

const medium = {
  id,
  url: string,
  type: string,
  liked: flag,
  modelID: text,
  folderID: text,
  publicMediaID: text,
  data: anything,
  createdAt: time,
  updatedAt: time,
};

/** An image record. Everything but `id` may be absent. Times are epoch milliseconds. */
export const image = record({ ...medium, upscaledImageID: text, upscaledImageURL: string });

/** A video record. `url` is usually an HLS playlist (`.m3u8`), not a file: ask for a download to get one. */
export const video = record({ ...medium, jobId: text });

/** The progress of a video's file. Only the word `ready` is documented, and the url counts only with it. */
export const download = record({ status: string, percentComplete: number, url: string }).transform(
  ({ status = '', percentComplete, url }) => {
    const word = folded(status);
    if (word === 'ready' && url) return { status: 'ready' as const, rawStatus: status, percentComplete, url };
    const state = ['failed', 'error'].includes(word) ? ('failed' as const) : ('preparing' as const);
    return { status: state, rawStatus: status, percentComplete };
  },
);

type TrainedModelStatus = 'new' | 'training' | 'ready' | 'failed' | 'deleted';

const modelStatuses = new Map<string, TrainedModelStatus>([
  ['new', 'new'],
  ['ready', 'ready'],
  ['failed', 'failed'],
  ['error', 'failed'],
  ['deleted', 'deleted'],
]);

/** A trained model. The API has several unlisted states between `new` and `ready`. Each of them is `training`. */
export const trainedModel = record({
  id,
  status: string,
  modelType: string,
  name: text,
  age: number,
  gender: string,
  ethnicity: string,
  eyeColor: string,
  createdAt: time,
  updatedAt: time,
}).transform(({ status = '', ...rest }) => ({
  ...rest,
  status: modelStatuses.get(folded(status)) ?? ('training' as const),
  rawStatus: status,
}));

/** One preset: a bare tag, or an object whose tag sits in `tag`, else `id`, `slug` or `name`. */
const preset = z
  .preprocess(
    (given) => (typeof given === 'string' ? { tag: given } : given),
    record({
      tag: text,
      id: text,
      slug: text,
      name: text,
      title: text,
      category: text,
      description: text,
    }),
  )
  .transform(({ tag, id: key, slug, name, title, category, description }) => {
    const known = tag ?? key ?? slug ?? name;
    return known && { tag: known, name: name ?? title ?? known, category, description };
  })
  .catch(undefined);

/**
 * All presets that have a tag. The shape is not documented, so both are read: a list, and an object that holds the list
 * under `presets`.
 */
export const presets = z.preprocess(
  (given) => z.object({ presets: z.array(z.unknown()) }).safeParse(given).data?.presets ?? given,
  list(preset).transform((all) => all.filter((entry) => entry !== undefined && entry !== '')),
);
