/** Takes orders: charges for them, fixes their course, and makes the records of what will come of them. */
import type { Clock } from '../../concurrency/clock.ts';
import type { JobFault } from '../faults/faults.ts';
import type { Guesses } from '../guesses.ts';
import { Problem } from '../http/problem.ts';
import type { Recipe, Renderer } from '../media/renderer.ts';
import type { Ledger, RequestEntry } from './ledger.ts';
import type { Account, Job, JobKind, State } from './state.ts';
import { timelineOf } from './timeline.ts';

/**
 * `seconds` is how long it takes at speed 1, by the job's number; `cost` is in credits. `pictures` and `videos` say how
 * each result is made, by the job's number, which seeds those that were given no seed.
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

export type SandboxJobs = ReturnType<typeof createSandboxJobs>;

export function createSandboxJobs(deps: {
  clock: Clock;
  state: State;
  guesses: Guesses;
  ledger: Ledger;
  renderer: Renderer;
  token: () => string;
  speed: number;
}) {
  const { clock, state, guesses, ledger, renderer, token } = deps;
  let number = 0;

  function timeline(order: Order, fault: JobFault) {
    const created = clock.now() + (fault.later ?? 0) * 1000;
    if (fault.stuck) return timelineOf(created, Infinity);
    return timelineOf(created, (order.seconds(number) * (fault.slow ?? 1)) / deps.speed);
  }

  function keep(recipe: Recipe, readyAt: number): string {
    const media = token();
    renderer.add(media, recipe, readyAt);
    // Not awaited: the answer does not wait for the picture, and `warm` never rejects.
    if (guesses.drawsAhead) void renderer.warm(media);
    return media;
  }

  /** The started job. Throws `Problem` when the account cannot pay. */
  return function start(order: Order): Job {
    const { account, fault = {}, modelID } = order;
    if (account.credits < order.cost) {
      throw new Problem(guesses.noCreditsStatus, 'insufficient credits', `credits: ${order.cost} needed`);
    }
    if (!(fault.fail && guesses.refundsFailures)) account.credits -= order.cost;
    number += 1;
    const job: Job = {
      id: `job_${token()}`,
      number,
      owner: account.key,
      kind: order.kind,
      modelID,
      prompt: order.prompt,
      timeline: timeline(order, fault),
      credits: order.cost,
      failure: fault.fail,
      pictures: [],
      videos: [],
      fetched: order.fetched ?? [],
      oddWords: fault.oddWords,
      sparse: fault.sparse ?? false,
    };
    const times = { createdAt: job.timeline.ended, visibleAt: job.timeline.ended };
    const nothing = fault.empty || fault.fail !== undefined || fault.stuck;
    for (const { recipe, width, height } of nothing ? [] : (order.pictures?.(number) ?? [])) {
      const id = `img_${token()}`;
      const type = guesses.generatedImageType;
      state.pictures.set(id, {
        id,
        owner: account.key,
        modelID,
        type,
        media: keep(recipe, times.visibleAt),
        width,
        height,
        ...times,
      });
      job.pictures.push(id);
    }
    for (const { recipe, seconds } of nothing ? [] : (order.videos?.(number) ?? [])) {
      const id = `vid_${token()}`;
      const owned = { id, owner: account.key, jobId: job.id, modelID: modelID ?? '' };
      state.videos.set(id, { ...owned, media: keep(recipe, times.visibleAt), seconds, ...times });
      job.videos.push(id);
    }
    state.addJob(job);
    ledger.started(job, order.request);
    return job;
  };
}
