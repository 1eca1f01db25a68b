/** Starts and stops the loops that carry each job from the queue to the chat. Pipeline-loops.ts says what each does. */

import { setMaxListeners } from 'node:events';
import type { Clock } from '../concurrency/clock.ts';
import { runLoop } from '../concurrency/loop.ts';
import { ticksOf } from '../concurrency/ticks.ts';
import { createWakeUp } from '../concurrency/wake-up.ts';
import { withTimeout } from '../concurrency/with-timeout.ts';
import { createPipelineLoops, type LoopName, type PipelineLoopsParts } from './pipeline-loops.ts';
import type { Notifier } from './replicas/notifier-store.ts';
import type { Job } from './state/job-store.ts';
import {
  abortGraceMs,
  deliverTickMs,
  loopIntervalMs,
  stopGraceMs,
  submitTickOfLanesMs,
  submitTickOfOneLaneMs,
} from './timings.ts';

/** The steps of the loops, and the parts that schedule them. */
export type PipelineParts = PipelineLoopsParts & {
  /** Reaches the other replicas. Without it this process is the only one. */
  notifier?: Notifier;
  /** The work that this process divides with its peers. See `Notifier.listen` for the format. */
  work?: readonly string[];
  /** The batch clock. Claims of one tick go into one statement. Without it each step claims at once. */
  batchClock?: Clock;
  /** Requests under way at once. 1 without it. See `SubmitParts`. */
  lanes?: number;
  random: () => number;
};

/** All loops of one process. */
export type Pipeline = {
  /** Starts all loops, or only those named in `only`. A process that only listens to the chats needs just `presets`. */
  start(only?: readonly LoopName[]): Promise<void>;
  /** Wakes the loop that sends jobs of this operation, in every replica. Called when one was queued. */
  queued(operation: Job['operation']): void;
  /** Claims nothing more, waits up to twelve seconds for work under way, and gives up the leader's lease. */
  stop(): Promise<void>;
};

/** Listeners that one signal may have before Node warns. Hundreds of requests and deliveries wait on one signal here. */
const maxListeners = 2_000;

const loopNames = Object.keys(loopIntervalMs).filter((name): name is LoopName => name in loopIntervalMs);

/** Returns the pipeline, not yet started. */
export function createPipeline(parts: PipelineParts): Pipeline {
  const { submit, poll, deliver, leader, notifier, batchClock, lanes = 1, clock, random, log } = parts;
  const stopLoops = new AbortController();
  const abortWork = new AbortController();
  setMaxListeners(maxListeners, stopLoops.signal, abortWork.signal);
  const wakeUps = new Map(loopNames.map((name) => [name, createWakeUp(clock)]));
  const ticksMs: Partial<Record<LoopName, number>> = {
    submit: lanes > 1 ? submitTickOfLanesMs : submitTickOfOneLaneMs,
    deliver: deliverTickMs,
  };
  let running: Promise<void>[] = [];

  function wakeHere(...names: LoopName[]): void {
    for (const name of names) wakeUps.get(name)?.notify();
  }
  function wakeOthers(...names: LoopName[]): void {
    for (const name of names) notifier?.notify(name);
  }
  const steps = createPipelineLoops(parts, { wakeHere, wakeOthers }, abortWork.signal);

  const run = (name: LoopName) =>
    runLoop(
      {
        name,
        step: steps[name],
        wakeUp: wakeUps.get(name) ?? createWakeUp(clock),
        everyMs: loopIntervalMs[name],
        ticks: ticksOf(batchClock, ticksMs[name]),
        clock,
        random,
        log,
      },
      stopLoops.signal,
    );

  /** Wakes the loops `only` when other replicas ask for it, and tells these which work this process does. */
  function listen(notifier: Notifier, only: readonly LoopName[]): Promise<void> {
    const runsHere = (name: string): name is LoopName => only.some((one) => one === name);
    const work = parts.work?.filter((one) => runsHere(one.split(':', 1)[0] ?? ''));
    return notifier.listen((name) => runsHere(name) && wakeHere(name), stopLoops.signal, work);
  }

  return {
    async start(only = loopNames) {
      running = only.map(run);
      if (notifier && only.length > 1) running.push(listen(notifier, only));
    },

    queued(operation) {
      const loop = operation === 'train' ? 'train' : 'submit';
      wakeHere(loop);
      wakeOthers(loop);
    },

    async stop() {
      stopLoops.abort();
      const ended = Promise.all(running).then(() => Promise.all([submit.idle(), deliver.idle(), poll.idle()]));
      await withTimeout(ended, stopGraceMs, clock);
      abortWork.abort(new Error('the bot is stopping'));
      await withTimeout(ended, abortGraceMs, clock);
      // The database may be away, and the next leader can do without both.
      const { learnedDurations } = parts;
      await learnedDurations.save().catch((err: unknown) => log.warn({ err }, 'saving learned durations failed'));
      await leader.resign().catch((err: unknown) => log.warn({ err }, 'resigning as leader failed'));
    },
  };
}
