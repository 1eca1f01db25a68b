/**
 * The loops of the pipeline: the work that one step of each does.
 *
 * - `submit` sends queued jobs to PhotoGPT.
 * - `lead` keeps one replica the leader. The leader polls PhotoGPT and reconciles jobs in doubt.
 * - `prepare` turns finished videos into files.
 * - `train` begins trainings and looks at models in training.
 * - `deliver` posts results and failures.
 * - `progress` edits the placeholders of unfinished jobs.
 * - `housekeeping` expires leases, ends overdue jobs and removes old data. The leader also audits foreign jobs.
 * - `presets` reads PhotoGPT's presets anew. A replica that does not lead also loads the learned durations.
 *
 * `loopIntervalMs` in timings.ts says how long each waits between two steps. A wake-up ends that wait early.
 */
import type { Clock } from '../concurrency/clock.ts';
import { createEvery } from '../concurrency/every.ts';
import type { Log } from '../log.ts';
import type { createDeliver } from './deliver/deliver.ts';
import type { DeliveryStore } from './deliver/deliveries-store.ts';
import type { createProgress } from './deliver/progress.ts';
import type { LearnedDurations } from './poll/durations-store.ts';
import type { createPoll } from './poll/poll.ts';
import type { createForeignJobsAudit } from './recover/foreign-jobs.ts';
import type { createOverdue } from './recover/overdue.ts';
import type { Leader } from './replicas/leader-store.ts';
import type { Transitions } from './state/transitions-store.ts';
import type { createSubmit } from './submit/submit.ts';
import { auditIntervalMs, leaderRenewalMs, type loopIntervalMs, reconcileIntervalMs } from './timings.ts';

/** The name of a loop. Replicas send each other these names, so a name must not change. */
export type LoopName = keyof typeof loopIntervalMs;

/** Work that any number of replicas may do. Resolves with whether it changed something. */
type Step = (signal: AbortSignal) => Promise<boolean>;

/** The steps and stores that the loops call. */
export type PipelineLoopsParts = {
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
  /** Removes a little of the data that is old or was erased. */
  tidy?: Step;
  transitions: Transitions;
  deliveries: DeliveryStore;
  learnedDurations: LearnedDurations;
  leader: Leader;
  clock: Clock;
  log: Log;
};

/** Wake-ups for the loops that have new work. */
export type PipelineWakeUps = {
  /** Wakes loops of this process. */
  wakeHere(...loops: LoopName[]): void;
  /** Wakes loops of the other replicas. */
  wakeOthers(...loops: LoopName[]): void;
};

/** One step of a loop. Resolves with whether the next step should follow at once. */
type LoopStep = () => Promise<boolean>;

/** Returns the step of each loop. `signal` aborts requests that are under way. */
export function createPipelineLoops(
  parts: PipelineLoopsParts,
  { wakeHere, wakeOthers }: PipelineWakeUps,
  signal: AbortSignal,
): Record<LoopName, LoopStep> {
  const { clock, learnedDurations, leader, log } = parts;
  const leaseRenewal = createEvery(leaderRenewalMs, clock);
  const reconciliation = createEvery(reconcileIntervalMs, clock);
  const foreignJobsAudit = createEvery(auditIntervalMs, clock);
  let isLeader = false;
  /** A request of this process ended, and the other replicas were not told yet. */
  let isLaneNewlyFree = false;

  /** Wakes loops of all replicas. The new work may be in the partition of any of them. */
  function wakeAll(...loops: LoopName[]): void {
    wakeHere(...loops);
    wakeOthers(...loops);
  }

  async function renewLeadership(): Promise<void> {
    const wasLeader = isLeader;
    isLeader = await leader.lead();
    leaseRenewal.mark();
    if (!isLeader || wasLeader) return;
    parts.poll.forget();
    await learnedDurations.load();
    log.info('became the leader');
  }

  return {
    async submit() {
      const { hasBegun, hasMore } = await parts.submit.step(signal, {
        onLaneFree: () => {
          isLaneNewlyFree = true;
          wakeHere('submit');
        },
        onEnded: () => wakeAll('deliver'),
      });
      // A free lane is of use to others only when no job here takes it. Each replica that wakes up asks the database.
      if (isLaneNewlyFree && !hasBegun) {
        isLaneNewlyFree = false;
        wakeOthers('submit');
      }
      return hasMore;
    },

    async lead() {
      if (leaseRenewal.isDue()) await renewLeadership();
      if (!isLeader) return false;
      await parts.poll.step(signal, (hasVideo) => wakeAll(hasVideo ? 'prepare' : 'deliver'));
      if (reconciliation.take()) await parts.reconcile(signal);
      // Polling keeps to its interval, whatever this step found.
      return false;
    },

    async prepare() {
      if (await parts.prepare(signal)) wakeAll('deliver');
      return false;
    },

    async train() {
      const hasMoved = await parts.train(signal);
      if (hasMoved) wakeAll('deliver');
      return hasMoved;
    },

    async deliver() {
      await parts.deliver.step(signal, () => wakeAll('deliver'));
      // The callback wakes this loop when a delivery that had to wait can be claimed.
      return false;
    },

    async progress() {
      await parts.progress(signal, () => wakeAll('deliver'));
      // A step makes up to twenty edits. Discord allows a bot fifty requests a second, and results come first.
      return false;
    },

    async housekeeping() {
      // Any replica may do this at any time, because each part is one guarded statement.
      await parts.transitions.expire();
      await parts.deliveries.expire();
      await parts.deliveries.closeFinished();
      if (await parts.overdue(signal)) wakeAll('deliver');
      if (await parts.watchdog(signal)) wakeAll('deliver');
      if (isLeader) await learnedDurations.save();
      if (isLeader && foreignJobsAudit.take()) await parts.audit(clock, signal);
      await parts.tidy?.(signal);
      return false;
    },

    async presets() {
      // Only the leader sees how long jobs take. The others read what it saved.
      if (!isLeader) await learnedDurations.load();
      await parts.refreshPresets(signal);
      return false;
    },
  };
}
