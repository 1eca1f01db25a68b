/** The loops that carry every job from the queue to the chat, started and stopped together. */

import { setMaxListeners } from 'node:events';
import type { Clock } from '../concurrency/clock.ts';
import { createEvery } from '../concurrency/every.ts';
import { runLoop } from '../concurrency/loop.ts';
import { ticksOf } from '../concurrency/ticks.ts';
import { createWakeUp } from '../concurrency/wake-up.ts';
import type { Log } from '../log.ts';
import type { createDeliver } from './deliver/deliver.ts';
import type { DeliveryStore } from './deliver/deliveries-store.ts';
import type { createProgress } from './deliver/progress.ts';
import type { LearnedDurations } from './poll/durations-store.ts';
import type { createPoll } from './poll/poll.ts';
import type { createForeignJobsAudit } from './recover/foreign-jobs.ts';
import type { createOverdue } from './recover/overdue.ts';
import type { Leader } from './replicas/leader-store.ts';
import type { Notifier } from './replicas/notifier-store.ts';
import type { Job } from './state/job-store.ts';
import type { Transitions } from './state/transitions-store.ts';
import type { createSubmit } from './submit/submit.ts';
import { leaderLeaseMs } from './timings.ts';

type Step = (signal: AbortSignal) => Promise<boolean>;

export type PipelineParts = {
  submit: ReturnType<typeof createSubmit>;
  reconcile: Step;
  prepare: Step;
  train: Step;
  progress: ReturnType<typeof createProgress>;
  poll: ReturnType<typeof createPoll>;
  audit: ReturnType<typeof createForeignJobsAudit>;
  overdue: ReturnType<typeof createOverdue>;
  watchdog: Step;
  deliver: ReturnType<typeof createDeliver>;
  refreshPresets(signal: AbortSignal): Promise<void>;
  /** What is old or was erased goes, a little at a time. */
  tidy?: Step;
  transitions: Transitions;
  deliveries: DeliveryStore;
  learnedDurations: LearnedDurations;
  leader: Leader;
  /** To the other replicas, where there are any, and the work that is divided with those that do the same; see `Bell`. */
  notifier?: Notifier;
  work?: readonly string[];
  /** By which what is due within a moment is claimed together. */
  batchClock?: Clock;
  /** See `SubmitParts`. */
  lanes?: number;
  clock: Clock;
  random: () => number;
  log: Log;
};

/** After being asked to stop, work that costs money or is half posted gets this long to end, in milliseconds. */
const farewell = 10_000;
/** What was aborted then gets this long to notice; a platform that does not is left behind. */
const lastWords = 2_000;
const auditEvery = 5 * 60_000;
/** A doubt lasts a minute or more, and is looked into no more often than that. Milliseconds. */
const reconcileEvery = 1_000;

const loopNames = ['submit', 'lead', 'prepare', 'train', 'deliver', 'progress', 'housekeeping', 'presets'] as const;
type LoopName = (typeof loopNames)[number];
/**
 * What becomes due so soon after a claim is left for the next one; where one request goes at a time, there is less to
 * gather. Milliseconds.
 */
const ticksFor = (lanes: number): Partial<Record<LoopName, number>> => ({ submit: lanes > 1 ? 50 : 25, deliver: 50 });

export type Pipeline = {
  /** All loops, or only some: a process that only listens to the chats needs what it shows people, and no more. */
  start(only?: readonly LoopName[]): Promise<void>;
  /** Something was queued: look at once. */
  queued(operation: Job['operation']): void;
  /** Claims nothing more, waits for what is under way, at most about twelve seconds, and gives the leases back. */
  stop(): Promise<void>;
};

export function createPipeline(parts: PipelineParts): Pipeline {
  const { submit, poll, deliver, leader, clock, random, log } = parts;
  const [intake, abort] = [new AbortController(), new AbortController()];
  // Eight loops wait on one, hundreds of deliveries and requests on the other: more than Node finds normal.
  setMaxListeners(2_000, intake.signal, abort.signal);
  const ticks = ticksFor(parts.lanes ?? 1);
  const wakeUps = new Map(loopNames.map((name) => [name, createWakeUp(clock)]));
  let loops: Promise<void>[] = [];
  /** A request is over, and others do not know it. */
  let isLaneFree = false;
  let leading = false;
  const leaseRenewal = createEvery(leaderLeaseMs / 3, clock);
  const audits = createEvery(auditEvery, clock);
  const reconciliation = createEvery(reconcileEvery, clock);

  const notify = (...names: LoopName[]) => {
    for (const name of names) wakeUps.get(name)?.notify();
  };
  /** In every replica: what is due may be the share of any of them. */
  const notifyAll = (...names: LoopName[]) => {
    notify(...names);
    for (const name of names) parts.notifier?.notify(name);
  };
  const loop = (name: LoopName, every: number, step: () => Promise<boolean>) =>
    runLoop(
      {
        name,
        step,
        wakeUp: wakeUps.get(name) ?? createWakeUp(clock),
        everyMs: every,
        ticks: ticksOf(parts.batchClock, ticks[name]),
        clock,
        random,
        log,
      },
      intake.signal,
    );

  /** What one replica does for all: it watches PhotoGPT. */
  async function lead(): Promise<boolean> {
    if (leaseRenewal.isDue()) {
      const was = leading;
      leading = await leader.lead();
      leaseRenewal.mark();
      if (leading && !was) {
        poll.forget();
        await parts.learnedDurations.load();
        log.info('this replica watches PhotoGPT now');
      }
    }
    if (!leading) return false;
    await poll.step(abort.signal, (videos) => notifyAll(videos ? 'prepare' : 'deliver'));
    if (reconciliation.take()) await parts.reconcile(abort.signal);
    // The next step is for the next quarter of a second, whatever this one found.
    return false;
  }

  /** What any replica may do at any time, because each of it is one guarded statement. */
  async function housekeeping(): Promise<boolean> {
    await parts.transitions.expire();
    await parts.deliveries.expire();
    await parts.deliveries.closeFinished();
    if (await parts.overdue(abort.signal)) notifyAll('deliver');
    if (await parts.watchdog(abort.signal)) notifyAll('deliver');
    if (leading) await parts.learnedDurations.save();
    if (leading && audits.take()) await parts.audit(clock, abort.signal);
    await parts.tidy?.(abort.signal);
    return false;
  }

  /** What each loop does, and how often without a bell, in milliseconds. */
  const work: Record<LoopName, [every: number, step: () => Promise<boolean>]> = {
    submit: [
      1_000,
      async () => {
        const { hasBegun, hasMore } = await submit.step(abort.signal, {
          onLaneFree: () => {
            isLaneFree = true;
            notify('submit');
          },
          onEnded: () => notifyAll('deliver'),
        });
        // Nothing more is ours, so that it may be another one's turn: each that is woken asks the database.
        if (isLaneFree && !hasBegun) {
          isLaneFree = false;
          parts.notifier?.notify('submit');
        }
        return hasMore;
      },
    ],
    lead: [250, lead],
    prepare: [
      1_000,
      async () => {
        if (await parts.prepare(abort.signal)) notifyAll('deliver');
        return false;
      },
    ],
    train: [
      5_000,
      async () => {
        const moved = await parts.train(abort.signal);
        if (moved) notifyAll('deliver');
        return moved;
      },
    ],
    deliver: [
      500,
      async () => {
        await deliver.step(abort.signal, () => notifyAll('deliver'));
        // What it had to leave is rung for when it can be had.
        return false;
      },
    ],
    progress: [
      1_000,
      async () => {
        await parts.progress(abort.signal, () => notifyAll('deliver'));
        // Twenty edits a second: Discord allows a bot fifty requests, and results come first.
        return false;
      },
    ],
    housekeeping: [5_000, housekeeping],
    presets: [
      3_600_000,
      async () => {
        // Who does not watch PhotoGPT learns from who does how long things take.
        if (!leading) await parts.learnedDurations.load();
        await parts.refreshPresets(abort.signal);
        return false;
      },
    ],
  };

  return {
    async start(only = loopNames) {
      loops = only.map((name) => loop(name, ...work[name]));
      const isOurs = (name: string): name is LoopName => only.some((one) => one === name);
      if (parts.notifier && only.length > 1) {
        const work = parts.work?.filter((word) => isOurs(word.split(':', 1)[0] ?? ''));
        loops.push(parts.notifier.listen((name) => isOurs(name) && notify(name), intake.signal, work));
      }
    },

    queued: (operation) => notifyAll(operation === 'train' ? 'train' : 'submit'),

    async stop() {
      intake.abort();
      const ended = Promise.all(loops).then(() => Promise.all([submit.idle(), deliver.idle(), poll.idle()]));
      const atMost = async (milliseconds: number) => {
        const early = new AbortController();
        await Promise.race([ended, clock.sleep(milliseconds, early.signal)]);
        early.abort();
      };
      await atMost(farewell);
      abort.abort(new Error('the bot is stopping'));
      await atMost(lastWords);
      // Both are a convenience for whoever comes next, and the database may be away.
      await parts.learnedDurations.save().catch((err: unknown) => log.warn({ err }, 'what was learned is not kept'));
      await leader.resign().catch((err: unknown) => log.warn({ err }, 'the lease of the leader runs out by itself'));
    },
  };
}
