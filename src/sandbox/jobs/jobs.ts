/** Starts jobs: charges for them, fixes their course, and makes the records of their future results. */
import type { Clock } from '../../concurrency/clock.ts';
import type { JobFault } from '../faults/fault-shapes.ts';
import type { Guesses } from '../guesses.ts';
import { Problem } from '../http/problem.ts';
import type { Recipe, Renderer } from '../media/renderer.ts';
import type { Ledger, RequestEntry } from './ledger.ts';
import type { Account, Job, JobKind, State } from './state.ts';
import { timelineOf } from './timeline.ts';

/**
 * A job to start. `seconds` returns its duration at speed 1 by the job's number. `cost` is in credits. `pictures` and
 * `videos` return the recipe of each result by the job's number, which seeds those without a seed.
 */
export type Order = {
  account: Account;
  kind: JobKind;
  modelID?: string;
  prompt: string;
  seconds: (number: number) => number;
  cost: number;
  request: RequestEntry;
  fault?: JobFault;
  fetched?: string[];
  pictures?: (number: number) => { recipe: Recipe; width: number; height: number }[];
  videos?: (number: number) => { recipe: Recipe; seconds: number }[];
};

/** Starts a job. Throws `Problem` when the account cannot pay. */
export type SandboxJobs = ReturnType<typeof createSandboxJobs>;

/** Returns the function that starts jobs and numbers them. `speed` divides every duration. */
export function createSandboxJobs(deps: {
  clock: Clock;
  state: State;
  guesses: Guesses;
  ledger: Ledger;
  renderer: Renderer;
  token: () => string;
  speed: number;
}) {
  const { clock, state, guesses, ledger, renderer, token, speed } = deps;
  let number = 0;

  return function start(order: Order): Job {
    charge(order);
    number += 1;
    const job = newJob(order);
    const { fault = {} } = order;
    const hasResults = !fault.empty && fault.fail === undefined && !fault.stuck;
    if (hasResults) {
      addPictures(order, job);
      addVideos(order, job);
    }
    state.addJob(job);
    ledger.started(job, order.request);
    return job;
  };

  function charge({ account, cost, fault = {} }: Order): void {
    if (account.credits < cost) {
      throw new Problem(guesses.noCreditsStatus, 'insufficient credits', `credits: ${cost} needed`);
    }
    if (!(fault.fail && guesses.refundsFailures)) account.credits -= cost;
  }

  function newJob(order: Order): Job {
    const { fault = {} } = order;
    return {
      id: `job_${token()}`,
      number,
      owner: order.account.key,
      kind: order.kind,
      modelID: order.modelID,
      prompt: order.prompt,
      timeline: timelineUnder(fault, order),
      credits: order.cost,
      failure: fault.fail,
      pictures: [],
      videos: [],
      fetched: order.fetched ?? [],
      oddWords: fault.oddWords,
      sparse: fault.sparse ?? false,
    };
  }

  function timelineUnder(fault: JobFault, order: Order) {
    const createdAt = clock.now() + (fault.later ?? 0) * 1000;
    if (fault.stuck) return timelineOf(createdAt, Infinity);
    return timelineOf(createdAt, (order.seconds(number) * (fault.slow ?? 1)) / speed);
  }

  function addPictures({ account, modelID, pictures }: Order, job: Job): void {
    const endedAt = job.timeline.ended;
    for (const { recipe, width, height } of pictures?.(job.number) ?? []) {
      const id = `img_${token()}`;
      state.pictures.set(id, {
        id,
        owner: account.key,
        modelID,
        type: guesses.generatedImageType,
        media: addMedia(recipe, endedAt),
        width,
        height,
        createdAt: endedAt,
        visibleAt: endedAt,
      });
      job.pictures.push(id);
    }
  }

  function addVideos({ account, modelID, videos }: Order, job: Job): void {
    const endedAt = job.timeline.ended;
    for (const { recipe, seconds } of videos?.(job.number) ?? []) {
      const id = `vid_${token()}`;
      state.videos.set(id, {
        id,
        owner: account.key,
        jobId: job.id,
        modelID: modelID ?? '',
        media: addMedia(recipe, endedAt),
        seconds,
        createdAt: endedAt,
        visibleAt: endedAt,
      });
      job.videos.push(id);
    }
  }

  /** Returns the token of a new result. */
  function addMedia(recipe: Recipe, readyAt: number): string {
    const media = token();
    renderer.add(media, recipe, readyAt);
    // Not awaited: the answer does not wait for the picture, and `warm` never rejects.
    if (guesses.drawsAhead) void renderer.warm(media);
    return media;
  }
}
