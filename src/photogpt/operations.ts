/** Every operation of the API, as one table: verb, path, whether it changes anything, what is sent, what comes back. */
import { z } from 'zod';
import { job, listedJob, triggered } from './job.ts';
import { download, image, presets, trainedModel, video } from './records.ts';
import { list, number, record, text } from './wire/lenient.ts';

/** What one request carries. `undefined` in a query is left out. */
export type Sent = { query?: Record<string, string | number | undefined>; json?: unknown; form?: FormData };

/**
 * One operation. `{names}` in `path` are filled from the input's fields of that name. `effect` decides what may be
 * repeated: a write never is. `timeout` is in milliseconds and covers one attempt, reading the body included. `answer`
 * reads the whole envelope, to which the client adds `serverTime`.
 */
export type Operation<Input extends object, Answer extends z.ZodType> = {
  verb: 'GET' | 'POST' | 'DELETE';
  path: string;
  effect: 'read' | 'write';
  timeout: number;
  send?: (input: Input) => Sent;
  answer: Answer;
};

const define =
  <Input extends object>() =>
  <Answer extends z.ZodType>(operation: Operation<Input, Answer>) =>
    operation;

/** A read that takes longer than this is worth a new connection. */
const reading = 30_000;
/** The docs' own sample gives every request two minutes; a write given up too early is a write in doubt. */
const writing = 120_000;

const enveloped = z.object({ result: z.unknown() });
const result = <S extends z.ZodType>(schema: S) =>
  z.preprocess((envelope) => enveloped.safeParse(envelope).data?.result, schema);
const nothing = z.unknown().transform(() => undefined);
/** Train and create-download answer with a sentence; nothing depends on it, so a different shape is no failure. */
const sentence = record({ result: text }).transform((envelope) => envelope.result);
const paging = { page: number, pageSize: number };
const rfc3339 = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString());
const trigger = { verb: 'POST', effect: 'write', timeout: writing, answer: result(triggered) } as const;

type NoInput = Record<string, never>;
type Page = { pageNum?: number; pageSize?: number };
type Traits = { name: string; age: number; gender: 'Male' | 'Female'; ethnicity?: string; eyeColor?: string };
/** `type` is `modelInput` for training, `auxiliaryType` for references. At most 20 MB, jpg, webp, png or heic. */
type Upload = {
  modelID: string;
  type: 'modelInput' | 'auxiliaryType';
  file: { bytes: Uint8Array; name: string; type: string };
};
/** The exact body, as the request builders beside the catalogue make it. */
type Body = { modelID: string; [key: string]: unknown };

function uploadForm({ modelID, type, file }: Upload): FormData {
  const form = new FormData();
  // A fresh copy, because a view over shared memory is not something a Blob accepts.
  form.append('file', new Blob([new Uint8Array(file.bytes)], { type: file.type }), file.name);
  form.append('data', JSON.stringify({ modelID, type }));
  return form;
}

/**
 * Verbs and paths of the three deletions and of the video list are not documented; they follow the pattern of the rest.
 * `trainModel` and `createVideoDownload` are spelled GET by the API and change things all the same.
 */
export const operations = {
  ping: define<NoInput>()({
    verb: 'GET',
    path: '/ping',
    effect: 'read',
    timeout: 10_000,
    answer: record({ message: text }),
  }),
  listModels: define<NoInput>()({
    verb: 'GET',
    path: '/models',
    effect: 'read',
    timeout: reading,
    answer: result(list(trainedModel)),
  }),
  createModel: define<Traits>()({
    verb: 'POST',
    path: '/models',
    effect: 'write',
    timeout: writing,
    send: (traits) => ({ json: traits }),
    answer: result(trainedModel),
  }),
  updateModel: define<{ id: string } & Partial<Traits>>()({
    verb: 'POST',
    path: '/models',
    effect: 'write',
    timeout: writing,
    send: (traits) => ({ json: traits }),
    answer: result(trainedModel),
  }),
  getModel: define<{ modelID: string }>()({
    verb: 'GET',
    path: '/models/{modelID}',
    effect: 'read',
    timeout: reading,
    answer: result(trainedModel),
  }),
  deleteModel: define<{ modelID: string }>()({
    verb: 'DELETE',
    path: '/models/{modelID}',
    effect: 'write',
    timeout: writing,
    answer: nothing,
  }),
  trainModel: define<{ modelID: string }>()({
    verb: 'GET',
    path: '/models/{modelID}/train',
    effect: 'write',
    timeout: writing,
    answer: sentence,
  }),
  /** No total and no next page: the last page is the one shorter than `pageSize`. */
  listModelImages: define<{ modelID: string; imageType?: 'all' | 'input' | 'output' | 'auxiliaryType' } & Page>()({
    verb: 'GET',
    path: '/models/{modelID}/images',
    effect: 'read',
    timeout: reading,
    send: ({ imageType, pageNum, pageSize }) => ({ query: { imageType, pageNum, pageSize } }),
    answer: record({ result: list(image), ...paging }).transform(({ result: images, page, pageSize }) => ({
      images,
      page,
      pageSize,
    })),
  }),
  uploadImage: define<Upload>()({
    verb: 'POST',
    path: '/images/upload',
    effect: 'write',
    timeout: writing,
    send: (upload) => ({ form: uploadForm(upload) }),
    answer: result(image),
  }),
  getImage: define<{ imageID: string }>()({
    verb: 'GET',
    path: '/images/{imageID}',
    effect: 'read',
    timeout: reading,
    answer: result(image),
  }),
  deleteImage: define<{ imageID: string }>()({
    verb: 'DELETE',
    path: '/images/{imageID}',
    effect: 'write',
    timeout: writing,
    answer: nothing,
  }),
  generateImage: define<Body>()({ ...trigger, path: '/images/generation', send: (body) => ({ json: body }) }),
  upscaleImage: define<{ imageID: string }>()({
    ...trigger,
    path: '/images/upscaling',
    send: ({ imageID }) => ({ json: { imageID } }),
  }),
  generateVideo: define<Body>()({ ...trigger, path: '/videos/generation', send: (body) => ({ json: body }) }),
  getJob: define<{ id: string }>()({
    verb: 'GET',
    path: '/jobs/{id}',
    effect: 'read',
    timeout: reading,
    answer: result(job),
  }),
  /** `start` and `end` in epoch milliseconds, at most 7 days apart; without them, the last 24 hours. */
  listJobs: define<{ start?: number; end?: number; pageToken?: string }>()({
    verb: 'GET',
    path: '/jobs',
    effect: 'read',
    timeout: reading,
    send: ({ start, end, pageToken }) => ({ query: { start: rfc3339(start), end: rfc3339(end), pageToken } }),
    answer: record({ result: record({ jobs: list(listedJob), nextPageToken: text }), serverTime: number }).transform(
      ({ result: page, serverTime }) => ({ ...page, serverTime }),
    ),
  }),
  listVideos: define<Page>()({
    verb: 'GET',
    path: '/videos',
    effect: 'read',
    timeout: reading,
    send: ({ pageNum, pageSize }) => ({ query: { pageNum, pageSize } }),
    answer: record({ result: list(video), ...paging }).transform(({ result: videos, page, pageSize }) => ({
      videos,
      page,
      pageSize,
    })),
  }),
  getVideo: define<{ videoID: string }>()({
    verb: 'GET',
    path: '/videos/{videoID}',
    effect: 'read',
    timeout: reading,
    answer: result(video),
  }),
  deleteVideo: define<{ videoID: string }>()({
    verb: 'DELETE',
    path: '/videos/{videoID}',
    effect: 'write',
    timeout: writing,
    answer: nothing,
  }),
  createVideoDownload: define<{ videoID: string }>()({
    verb: 'GET',
    path: '/videos/{videoID}/create-download',
    effect: 'write',
    timeout: writing,
    answer: sentence,
  }),
  getVideoDownload: define<{ videoID: string }>()({
    verb: 'GET',
    path: '/videos/{videoID}/download',
    effect: 'read',
    timeout: reading,
    answer: result(download),
  }),
  listPresets: define<NoInput>()({
    verb: 'GET',
    path: '/presets',
    effect: 'read',
    timeout: reading,
    answer: result(presets),
  }),
};
