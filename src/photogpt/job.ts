/** Jobs as the API tells of them: trigger results, details and list entries, with the status word understood. */
import type { z } from 'zod';
import { image, video } from './records.ts';
import { folded, id, list, number, record, string, text, time } from './wire/lenient.ts';

type JobStatus = 'running' | 'success' | 'failed';

/** `created`, `queued`, `running`, `success` and `failed` are documented; the rest guards against other spellings. */
const words: Record<JobStatus, readonly string[]> = {
  running: ['created', 'queued', 'running', 'pending', 'processing', 'in_progress'],
  success: ['success', 'completed', 'succeeded', 'done'],
  failed: ['failed', 'error', 'cancelled', 'canceled', 'expired'],
};
const statuses = ['running', 'success', 'failed'] as const;
const meanings = new Map(statuses.flatMap((status) => words[status].map((word) => [word, status])));

/** A word nobody knows ends a job only if it came with outputs or an error; otherwise the job goes on to its deadline. */
function understood(word: string, outputs: number, error: string | undefined): JobStatus {
  const known = meanings.get(word) ?? meanings.get(folded(word));
  if (known) return known;
  if (outputs > 0) return 'success';
  return error ? 'failed' : 'running';
}

/** The fields every sight of a job has. The detail says `error` and the list `errorMessage`; both are read in both. */
const sighting = {
  jobId: id,
  status: string,
  credits: number,
  error: text,
  errorMessage: text,
  createdAt: time,
  updatedAt: time,
};
const seen = record(sighting);

/** Names every field: in V8 it takes 3 µs to spread an object or to take the rest of one, and a page has a hundred of them. */
function settled(given: z.output<typeof seen>, outputs = 0) {
  const { jobId, status: rawStatus = '', credits, error = given.errorMessage, createdAt, updatedAt } = given;
  return { jobId, credits, createdAt, updatedAt, status: understood(rawStatus, outputs, error), rawStatus, error };
}

/** What a trigger answers: the id to ask after. */
export const triggered = seen.transform((given) => {
  const { jobId, status, rawStatus } = settled(given);
  return { jobId, status, rawStatus };
});

/** An entry of the job list: no outputs, and in practice the only place where `credits` is seen. */
export const listedJob = seen.transform((given) => settled(given));

/** A job with its outputs. `prompt` and `seed` are not documented, and kept where the server echoes them. */
export const job = record({
  ...sighting,
  modelId: text,
  modelID: text,
  images: list(image),
  videos: list(video),
  prompt: text,
  seed: number,
}).transform((given) => {
  const { images, videos, modelID, modelId = modelID, prompt, seed } = given;
  return Object.assign(settled(given, images.length + videos.length), { modelId, images, videos, prompt, seed });
});
