/** The messages of a job: progress, result, failure, ping, and the note in the place of a deleted result. */
import type { Job } from '../app.ts';
import type { Button, Media, Message, MessageRef } from '../chat.ts';
import { explain, type Failure, seen } from '../errors/catalogue.ts';

/** Pictures that have buttons of their own. Platforms show at most 25 buttons. */
const maxPicturesWithButtons = 4;

const seconds = (count: number) => (count < 90 ? `${Math.round(count)} s` : `${Math.round(count / 60)} min`);
const plural = (count: number, word: string) => (count === 1 ? `one ${word}` : `${count} ${word}s`);

const promptOf = (job: Job) => (typeof job.request.prompt === 'string' ? seen(job.request.prompt) : undefined);

/** Returns the model's name. A trained model has the name that its owner gave it: `Ada` in `#7 Ada`. */
function modelNameOf({ call, model }: Job): string {
  const isTrained = call.command === 'portrait' || call.command === 'model train';
  return isTrained ? String(call.options.model ?? model).replace(/^#\d+ /, '') : model;
}

/** Returns the settings of the call, in the words of the command's options. */
function settingsOf(job: Job): { label: string; value: string }[] {
  const shown = [
    ...['ratio', 'shape', 'width', 'height', 'size', 'quality', 'duration', 'resolution', 'audio', 'use', 'seed'],
    ...['steps', 'face', 'strength', 'preset'],
  ];
  const given = shown.flatMap((name) => {
    const value = job.call.options[name];
    return value === undefined ? [] : [{ label: name, value: String(value) }];
  });
  const model = job.operation === 'upscale' ? [] : [{ label: 'model', value: modelNameOf(job) }];
  const parent = job.parent === null ? [] : [{ label: 'from', value: `#${job.parent}/${job.parentImage ?? 1}` }];
  return [...model, ...given, ...parent];
}

/** The parts that all messages of a job have. */
const about = (job: Job): Pick<Message, 'quote' | 'by' | 'private' | 'job'> => ({
  quote: promptOf(job),
  by: job.origin.person,
  private: job.private || undefined,
  job: job.id,
});

/** The commands on one picture of a result, in the order of its buttons. */
const perPicture = [
  { command: 'upscale', word: 'Upscale' },
  { command: 'vary', word: 'Vary' },
  { command: 'animate', word: 'Animate' },
] as const;

function resultButtons(job: Job, media: Media[]): Button[] {
  const remaining: Button[] = [
    { label: 'Download', call: { command: 'download', options: { job: job.id } } },
    { label: 'Delete', style: 'danger', call: { command: 'delete', options: { job: job.id } } },
  ];
  const [first] = media;
  if (first?.kind !== 'image') return [...againAndEdit(job), ...remaining];
  const numbers = Array.from({ length: Math.min(media.length, maxPicturesWithButtons) }, (_, index) => index + 1);
  const each = perPicture
    .filter(({ command }) => command !== job.operation)
    .flatMap(({ command, word }) =>
      numbers.map(
        (image): Button => ({
          label: media.length === 1 ? word : `${word} ${image}`,
          call: { command, options: { job: job.id, image } },
        }),
      ),
    );
  // The form has the first picture filled in, and lets people choose another.
  const picture = [`${job.id}/1`];
  return [
    ...each,
    ...againAndEdit(job),
    { label: 'Use as reference', call: { command: 'imagine', options: { reference: picture }, form: true } },
    { label: 'Adapt', call: { command: 'adapt', options: { picture }, form: true } },
    ...remaining,
  ];
}

/** Returns the buttons that make the job once more, for jobs that can be made again. */
function againAndEdit(job: Job): Button[] {
  // An upscale has no prompt, and would give the same picture again. A training has no picture to make again.
  if (job.operation === 'upscale' || job.operation === 'train') return [];
  return [
    { label: 'Again', style: 'primary', call: { command: 'again', options: { job: job.id } } },
    { label: 'Edit prompt', call: { command: 'again', options: { job: job.id }, form: true } },
  ];
}

/** Returns the message with the result, and a button for each command that takes it. */
export function resultOf(job: Job, media: Media[]): Message {
  if (job.operation === 'train') return trainedOf(job);
  const took = job.finishedAt ? (job.finishedAt.getTime() - job.createdAt.getTime()) / 1000 : 0;
  const what = plural(media.length, media[0]?.kind === 'video' ? 'video' : 'picture');
  const facts = [
    { label: 'job', value: `#${job.id}` },
    ...settingsOf(job),
    ...(job.credits === null ? [] : [{ label: 'credits', value: String(job.credits) }]),
  ];
  const verb = job.operation === 'upscale' ? 'Upscaled' : 'Made';
  return {
    ...about(job),
    text: took >= 1 ? `${verb} ${what} in ${seconds(took)}.` : `${verb} ${what}.`,
    tone: 'good',
    facts,
    media,
    buttons: resultButtons(job, media),
    progress: { stage: 'done', elapsed: Math.max(0, took) },
  };
}

/** Returns the message about a model that is ready. There is no picture to show yet. */
function trainedOf(job: Job): Message {
  const began = job.submittedAt ?? job.createdAt;
  const took = job.finishedAt ? (job.finishedAt.getTime() - began.getTime()) / 1000 : 0;
  const { model = '' } = job.call.options;
  return {
    ...about(job),
    text: '**Your model is ready.** Make portraits with it.',
    tone: 'good',
    facts: [{ label: 'job', value: `#${job.id}` }, ...settingsOf(job), { label: 'trained in', value: seconds(took) }],
    buttons: [
      { label: 'Portrait', style: 'primary', call: { command: 'portrait', options: { model }, form: true } },
      { label: 'Share', call: { command: 'model share', options: { model }, form: true } },
    ],
    progress: { stage: 'done', elapsed: Math.max(0, took) },
  };
}

/** Returns the message of a failed or cancelled job. `failure` replaces the failure of its row. */
export function failureOf(job: Job, failure: Failure | undefined = knownFailure(job)): Message {
  const cancelled = !failure && (job.withdrawn || job.outcome === 'cancelled');
  const text = cancelled
    ? explain('cancelled', { sent: job.outcome !== 'cancelled' })
    : explainAny(failure ?? { code: 'empty', details: undefined });
  const retry: Button = { label: 'Retry', style: 'primary', call: { command: 'retry', options: { job: job.id } } };
  return {
    ...about(job),
    text,
    tone: cancelled ? 'plain' : 'bad',
    facts: [{ label: 'job', value: `#${job.id}` }],
    buttons: cancelled ? againAndEdit(job) : [retry, ...againAndEdit(job).slice(1)],
    progress: { stage: 'failed', elapsed: 0 },
  };
}

/** Returns the failure of the row. An older version of this program may have written it. */
function knownFailure(job: Job): Failure | undefined {
  return job.failure === null ? undefined : (job.failure as Failure);
}

const explainAny = ({ code, details }: Failure): string => explain(code, details as never);

/** The stage and the text of each state. In the states that are missing, the result is about to be posted. */
const stages: Partial<Record<Job['state'], { stage: 'queued' | 'running' | 'preparing' | 'posting'; text: string }>> = {
  queued: { stage: 'queued', text: 'Waiting for its turn' },
  submitting: { stage: 'queued', text: 'Handing it to PhotoGPT' },
  unknown: { stage: 'queued', text: 'Checking with PhotoGPT whether it has begun' },
  running: { stage: 'running', text: 'PhotoGPT is at work' },
  preparing: { stage: 'preparing', text: 'Done; the file is being prepared' },
};

/** The count of waiting jobs stops at this number. */
const maxCountedJobs = 100;

/** Returns the acknowledgement, which later shows the progress. Times are in seconds. `ahead` counts waiting jobs. */
export function progressOf(job: Job, elapsed: number, usual: number, ahead = 0): Message {
  const { stage, text } = stages[job.state] ?? { stage: 'posting' as const, text: 'Done; it is on its way here' };
  const others = ahead < maxCountedJobs ? plural(ahead, 'job') : `${maxCountedJobs} jobs or more`;
  const waits = stage === 'queued' && ahead > 0 ? `, ${others} ahead` : '';
  const expected = stage === 'running' ? ` (usually about ${seconds(usual)})` : '';
  return {
    ...about(job),
    text: `${text}${waits}${expected}.`,
    tone: 'working',
    facts: [{ label: 'job', value: `#${job.id}` }, ...settingsOf(job)],
    buttons: [{ label: 'Cancel', style: 'danger', call: { command: 'cancel', options: { job: job.id } } }],
    progress: { stage, elapsed, usual },
  };
}

/** Returns a short message that notifies the person. The edit of a message notifies nobody. */
function pingOf(job: Job, ref: MessageRef): Message {
  return { text: `job #${job.id} is ready.`, tone: 'good', mention: job.origin.person, link: ref };
}

/** Returns the message in the place of a deleted result. */
function tombstoneOf(job: Job): Message {
  return { text: `Job #${job.id} was deleted.`, tone: 'plain' };
}

/** The messages by the names that the loops use. */
export const views = {
  result: resultOf,
  failure: failureOf,
  ping: pingOf,
  progress: progressOf,
  tombstone: tombstoneOf,
};
