/** The table of the API's operations: verb, path, effect, time limit, request and answer. */
import { z } from 'zod';
import { job, listedJob, triggered } from './job.ts';
import { download, image, presets, trainedModel, video } from './records.ts';
import { pingTimeoutMs, readTimeoutMs, writeTimeoutMs } from './timings.ts';
import { list, number, record, text } from './wire/lenient.ts';

/** The content of one request. A query leaves out values that are `undefined`. */
export type Sent = { query?: Record<string, string | number | undefined>; json?: unknown; form?: FormData };

/**
 * One operation. The input's fields fill the `{names}` in `path`. The client never repeats an operation whose `effect`
 * is a write. `timeoutMs` covers one attempt, reading the body included. `answer` reads the whole envelope, to which
 * the client adds `serverTime`.
 */
export type Operation<Input extends object, Answer extends z.ZodType> = {
  verb: 'GET' | 'POST' | 'DELETE';
  path: string;
  effect: 'read' | 'write';
  timeoutMs: number;
  send?: (input: Input) => Sent;
  answer: Answer;
};

const define =
  <Input extends object>() =>
  <Answer extends z.ZodType>(operation: Operation<Input, Answer>) =>
    operation;

const enveloped = z.object({ result: z.unknown() });
const result = <S extends z.ZodType>(schema: S) =>
  z.preprocess((envelope) => enveloped.safeParse(envelope).data?.result, schema);
const nothing = z.unknown().transform(() => undefined);
/** The sentence with which train and create-download answer. Nothing depends on it, so any other shape is accepted. */
const sentence = record({ result: text }).transform((envelope) => envelope.result);
const paging = { page: number, pageSize: number };
const rfc3339 = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString());
const trigger = { verb: 'POST', effect: 'write', timeoutMs: writeTimeoutMs, answer: result(triggered) } as const;

type NoInput = Record<string, never>;
type Page = { pageNum?: number; pageSize?: number };
type Traits = { name: string; age: number; gender: 'Male' | 'Female'; ethnicity?: string; eyeColor?: string };
/**
 * A picture to upload: at most 20 MB, jpg, webp, png or heic. `type` is `modelInput` for training, `auxiliaryType` for
 * references.
 */
type Upload = {
  modelID: string;
  type: 'modelInput' | 'auxiliaryType';
  file: { bytes: Uint8Array; name: string; type: string };
};
/** The exact body, as request-bodies.ts builds it. */
type Body = { modelID: string; [key: string]: unknown };

function uploadForm({ modelID, type, file }: Upload): FormData {
  const form = new FormData();
  // A Blob does not accept a view over shared memory.
  form.append('file', new Blob([new Uint8Array(file.bytes)], { type: file.type }), file.name);
  form.append('data', JSON.stringify({ modelID, type }));
  return form;
}

/**
 * The operations by name. The documentation leaves out verb and path of the three deletions and of the video list. Ours
 * follow the pattern of the others. The API spells `trainModel` and `createVideoDownload` GET, although they change
 * things.
 */
export const operations = {
  ping: define<NoInput>()({
    verb: 'GET',
    path: '/ping',
    effect: 'read',
    timeoutMs: pingTimeoutMs,
    answer: record({ message: text }),
  }),
  listModels: define<NoInput>()({
    verb: 'GET',
    path: '/models',
    effect: 'read',
    timeoutMs: readTimeoutMs,
    answer: result(list(trainedModel)),
  }),
  createModel: define<Traits>()({
    verb: 'POST',
    path: '/models',
    effect: 'write',
    timeoutMs: writeTimeoutMs,
    send: (traits) => ({ json: traits }),
    answer: result(trainedModel),
  }),
  updateModel: define<{ id: string } & Partial<Traits>>()({
    verb: 'POST',
    path: '/models',
    effect: 'write',
    timeoutMs: writeTimeoutMs,
    send: (traits) => ({ json: traits }),
    answer: result(trainedModel),
  }),
  getModel: define<{ modelID: string }>()({
    verb: 'GET',
    path: '/models/{modelID}',
    effect: 'read',
    timeoutMs: readTimeoutMs,
    answer: result(trainedModel),
  }),
  deleteModel: define<{ modelID: string }>()({
    verb: 'DELETE',
    path: '/models/{modelID}',
    effect: 'write',
    timeoutMs: writeTimeoutMs,
    answer: nothing,
  }),
  trainModel: define<{ modelID: string }>()({
    verb: 'GET',
    path: '/models/{modelID}/train',
    effect: 'write',
    timeoutMs: writeTimeoutMs,
    answer: sentence,
  }),
  /** Has no total and no next page: the last page is the one shorter than `pageSize`. */
  listModelImages: define<{ modelID: string; imageType?: 'all' | 'input' | 'output' | 'auxiliaryType' } & Page>()({
    verb: 'GET',
    path: '/models/{modelID}/images',
    effect: 'read',
    timeoutMs: readTimeoutMs,
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
    timeoutMs: writeTimeoutMs,
    send: (upload) => ({ form: uploadForm(upload) }),
    answer: result(image),
  }),
  getImage: define<{ imageID: string }>()({
    verb: 'GET',
    path: '/images/{imageID}',
    effect: 'read',
    timeoutMs: readTimeoutMs,
    answer: result(image),
  }),
  deleteImage: define<{ imageID: string }>()({
    verb: 'DELETE',
    path: '/images/{imageID}',
    effect: 'write',
    timeoutMs: writeTimeoutMs,
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
    timeoutMs: readTimeoutMs,
    answer: result(job),
  }),
  /** Takes `start` and `end` in epoch milliseconds, at most 7 days apart. Without them, it lists the last 24 hours. */
  listJobs: define<{ start?: number; end?: number; pageToken?: string }>()({
    verb: 'GET',
    path: '/jobs',
    effect: 'read',
    timeoutMs: readTimeoutMs,
    send: ({ start, end, pageToken }) => ({ query: { start: rfc3339(start), end: rfc3339(end), pageToken } }),
    answer: record({ result: record({ jobs: list(listedJob), nextPageToken: text }), serverTime: number }).transform(
      ({ result: page, serverTime }) => ({ ...page, serverTime }),
    ),
  }),
  listVideos: define<Page>()({
    verb: 'GET',
    path: '/videos',
    effect: 'read',
    timeoutMs: readTimeoutMs,
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
    timeoutMs: readTimeoutMs,
    answer: result(video),
  }),
  deleteVideo: define<{ videoID: string }>()({
    verb: 'DELETE',
    path: '/videos/{videoID}',
    effect: 'write',
    timeoutMs: writeTimeoutMs,
    answer: nothing,
  }),
  createVideoDownload: define<{ videoID: string }>()({
    verb: 'GET',
    path: '/videos/{videoID}/create-download',
    effect: 'write',
    timeoutMs: writeTimeoutMs,
    answer: sentence,
  }),
  getVideoDownload: define<{ videoID: string }>()({
    verb: 'GET',
    path: '/videos/{videoID}/download',
    effect: 'read',
    timeoutMs: readTimeoutMs,
    answer: result(download),
  }),
  listPresets: define<NoInput>()({
    verb: 'GET',
    path: '/presets',
    effect: 'read',
    timeoutMs: readTimeoutMs,
    answer: result(presets),
  }),
};
