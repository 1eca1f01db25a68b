/** Decoders for jobs: trigger results, details and list entries. Each maps the API's status word to one of ours. */
import type { z } from 'zod';
import { image, video } from './records.ts';
import { folded, id, list, number, record, string, text, time } from './wire/lenient.ts';

type JobStatus = 'running' | 'success' | 'failed';

/**
 * The API's words for each status. `created`, `queued`, `running`, `success` and `failed` are documented. The others
 * guard against other spellings.
 */
const statusWords: Record<JobStatus, readonly string[]> = {
  running: ['created', 'queued', 'running', 'pending', 'processing', 'in_progress'],
  success: ['success', 'completed', 'succeeded', 'done'],
  failed: ['failed', 'error', 'cancelled', 'canceled', 'expired'],
};
const statuses = ['running', 'success', 'failed'] as const;
const statusByWord = new Map(statuses.flatMap((status) => statusWords[status].map((word) => [word, status])));

/**
 * Returns the status that a word stands for. An unknown word ends a job only if it came with outputs or an error.
 * Otherwise the job goes on to its deadline.
 */
function statusOf(word: string, outputCount: number, error: string | undefined): JobStatus {
  const status = statusByWord.get(word) ?? statusByWord.get(folded(word));
  if (status) return status;
  if (outputCount > 0) return 'success';
  return error ? 'failed' : 'running';
}

/**
 * The fields that every record of a job has. The detail has `error` and the list has `errorMessage`. Both are read in
 * both.
 */
const commonFields = {
  jobId: id,
  status: string,
  credits: number,
  error: text,
  errorMessage: text,
  createdAt: time,
  updatedAt: time,
};
const commonRecord = record(commonFields);

/**
 * Returns the common fields with the status. It names every field, because V8 takes 3 µs to spread an object or to take
 * the rest of one. A page has a hundred jobs.
 */
function withStatus(given: z.output<typeof commonRecord>, outputCount = 0) {
  const { jobId, status: rawStatus = '', credits, error = given.errorMessage, createdAt, updatedAt } = given;
  return { jobId, credits, createdAt, updatedAt, status: statusOf(rawStatus, outputCount, error), rawStatus, error };
}

/** The answer of a trigger: the id under which the job can be read. */
export const triggered = commonRecord.transform((given) => {
  const { jobId, status, rawStatus } = withStatus(given);
  return { jobId, status, rawStatus };
});

/** An entry of the job list. It has no outputs. In practice it is the only place where `credits` is seen. */
export const listedJob = commonRecord.transform((given) => withStatus(given));

/** A job with its outputs. `prompt` and `seed` are not documented. They are there when the server echoes them. */
export const job = record({
  ...commonFields,
  modelId: text,
  modelID: text,
  images: list(image),
  videos: list(video),
  prompt: text,
  seed: number,
}).transform((given) => {
  const { images, videos, modelID, modelId = modelID, prompt, seed } = given;
  return Object.assign(withStatus(given, images.length + videos.length), { modelId, images, videos, prompt, seed });
});
