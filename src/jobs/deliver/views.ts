/** The looks of jobs in chat. The commands provide the words. */
import type { Media, Message, MessageRef } from '../../chat.ts';
import type { Failure } from '../../errors/catalogue.ts';
import type { Job } from '../state/job-store.ts';

/** Functions that make the messages about a job. */
export type Views = {
  result(job: Job, media: Media[]): Message;
  /** `failure` is the one of the job without it. */
  failure(job: Job, failure?: Failure): Message;
  /** Mentions the person, and links the message `ref` that shows the result. */
  ping(job: Job, ref: MessageRef): Message;
  /** Replaces a result that was deleted. */
  tombstone(job: Job): Message;
  /** `elapsed` and `usual` are in seconds. `ahead` counts the jobs that wait in front of this one. */
  progress(job: Job, elapsed: number, usual: number, ahead?: number): Message;
};
