/** Jobs as the API tells of them: trigger results, details and list entries, with the status word understood. */
import { z } from 'zod';
import { folded, id, list, number, optional, text, time } from './lenient.ts';
import { image, video } from './records.ts';

type JobStatus = 'running' | 'success' | 'failed';

/** `created`, `queued`, `running`, `success` and `failed` are documented; the rest guards against other spellings. */
const words: Record<JobStatus, readonly string[]> = {
  running: ['created', 'queued', 'running', 'pending', 'processing', 'in_progress'],
  success: ['success', 'completed', 'succeeded', 'done'],
  failed: ['failed', 'error', 'cancelled', 'canceled', 'expired'],
};
const statuses = ['running', 'success', 'failed'] as const;

/** A word nobody knows ends a job only if it came with outputs or an error; otherwise the job goes on to its deadline. */
function understood(word: string, outputs: number, error: string | undefined): JobStatus {
  const known = statuses.find((status) => words[status].includes(folded(word)));
  if (known) return known;
  if (outputs > 0) return 'success';
  return error ? 'failed' : 'running';
}

/** The fields every sight of a job has. The detail says `error` and the list `errorMessage`; both are read in both. */
const sighting = z.object({
  jobId: id,
  status: optional(z.string()),
  credits: number,
  error: optional(text),
  errorMessage: optional(text),
  createdAt: time,
  updatedAt: time,
});

const settled = ({ status, error, errorMessage, ...rest }: z.output<typeof sighting>, outputs = 0) => {
  const rawStatus = status ?? '';
  const told = error ?? errorMessage;
  return { ...rest, status: understood(rawStatus, outputs, told), rawStatus, error: told };
};

/** What a trigger answers: the id to ask after. */
export const triggered = sighting.transform((given) => {
  const { jobId, status, rawStatus } = settled(given);
  return { jobId, status, rawStatus };
});

/** An entry of the job list: no outputs, and in practice the only place where `credits` is seen. */
export const listedJob = sighting.transform((given) => settled(given));

/** A job with its outputs. `prompt` and `seed` are not documented, and kept where the server echoes them. */
export const job = sighting
  .extend({
    modelId: optional(text),
    modelID: optional(text),
    images: list(image),
    videos: list(video),
    prompt: optional(text),
    seed: number,
  })
  .transform(({ images, videos, modelId, modelID, prompt, seed, ...rest }) => ({
    ...settled(rest, images.length + videos.length),
    modelId: modelId ?? modelID,
    images,
    videos,
    prompt,
    seed,
  }));
