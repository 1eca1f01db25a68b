/**
 * Polls PhotoGPT for the jobs in flight, with as few calls as possible.
 *
 * One replica, the leader, runs a step four times a second. The jobs live in memory, so that a plan costs no query.
 * Fewer calls cost time: an end is found two seconds late on average. Each step is in one of four modes.
 *
 * ## STARTING
 * Reads all jobs in flight from the table, and what was saved about PhotoGPT's list. Then goes on as POLLING.
 * Entry: at first, and after `forget`, which a replica calls when it becomes the leader.
 * Exit: that step.
 *
 * ## IDLE
 * Reads new rows of the table, and makes no call.
 * Entry: no job is in flight, the allowance has no call left, the API key is paused, or no question is worth its calls.
 * Exit: none of these is true any more.
 *
 * ## POLLING
 * Plans as many calls as the allowance and the API rate have, and makes them a few at a time. Results that take longer
 * than two seconds arrive in the background, while later steps go on.
 * Entry: there is something to ask.
 * Exit: PhotoGPT does not answer a call, for a reason that does not concern one job alone. The step drops its calls that
 * have not left yet. The API key pauses for all replicas, for as long as PhotoGPT says. When PhotoGPT names no time, the
 * pause grows with each failed step.
 *
 * ## PROBING
 * Makes one call, which finds out whether PhotoGPT answers again.
 * Entry: the last step that made calls failed, and its pause is over.
 * Exit: a step in which PhotoGPT answers. Then POLLING.
 */
import { backoff } from '../../concurrency/backoff.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { createEvery } from '../../concurrency/every.ts';
import { withTimeout } from '../../concurrency/with-timeout.ts';
import type { Log } from '../../log.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import type { PhotoGPTError } from '../../photogpt/error.ts';
import type { ApiKeyStore } from '../state/api-key-store.ts';
import { createArrivalRate } from './arrival-rate.ts';
import { type AllowanceRates, createCallAllowance, usualAllowance } from './call-allowance.ts';
import type { LearnedDurations } from './durations-store.ts';
import { createFetchJob, noteOutage, type Outage, type Step } from './fetch-job.ts';
import type { Finish } from './finish.ts';
import { createInFlight } from './in-flight.ts';
import { createListPages } from './list/list-pages.ts';
import { callsOf, createPlan, type Question } from './plan.ts';
import { createSyncInFlight } from './sync-in-flight.ts';
import {
  arrivalsFetchedAtOnceSeconds,
  callSpreadMs,
  maxArrivalsPerSecond,
  maxFailurePauseMs,
  maxRateLimitPauseMs,
  resultTimeoutMs,
  saveListBehaviourMs,
} from './timings.ts';

/** Parts of polling. */
export type PollParts = {
  api: Pick<PhotoGPT, 'listJobs'>;
  apiKeyStore: Pick<ApiKeyStore, 'running' | 'bearings' | 'state' | 'pause' | 'capabilities' | 'learned'>;
  learnedDurations: Pick<LearnedDurations, 'curve'>;
  finish: Finish;
  clock: Clock;
  random: () => number;
  log: Log;
  /** The clock by which the calls of one step leave one after the other. Without it, they leave all at once. */
  batchClock?: Clock;
  /** How calls are earned. The usual rates by default. */
  allowance?: AllowanceRates;
  /** Returns how many of `calls` the API key can spare, after the calls that people wait for. All of them by default. */
  spare?(calls: number): Promise<number>;
};

/** Jobs in flight for each job that may be fetched at one time. This gives twice the fetches that they need. */
const inFlightPerFetch = 80;
/** Fewest jobs that may be fetched at one time. */
const minFetches = 24;
/** Most jobs that may be fetched at one time, also after an outage in which many ended. More only where more arrive. */
const maxFetches = 128;
/** Most calls of one step. More only where more jobs arrive. Usually the allowance is lower: see `call-allowance.ts`. */
const maxCallsPerStep = 128;
/** Calls that leave together. */
const callsAtOnce = 4;

/** Returns the polling of one process, which has read nothing yet. */
export function createPoll(parts: PollParts) {
  const { api, apiKeyStore, learnedDurations, finish, clock, random, log } = parts;
  const spare = parts.spare ?? (async (calls: number) => calls);
  const inFlight = createInFlight();
  const pages = createListPages({ api, inFlight, clock });
  const { aheadMs, correctClock } = pages;
  const syncInFlight = createSyncInFlight({ inFlight, apiKeyStore, clock, aheadMs, correctClock });
  const plan = createPlan();
  const allowance = createCallAllowance(parts.allowance ?? usualAllowance);
  const arrivalRate = createArrivalRate(clock);
  const outage: Outage = { error: undefined };
  const savedListBehaviour = createEvery(saveListBehaviourMs, clock);
  let isListRestored = false;
  /** Whether the table was read. The jobs of the first reading came long ago, and do not count as arrivals. */
  let isTableRead = false;
  let failedSteps = 0;

  /** Returns the jobs that arrive in half a second. Both bounds, on fetches and on calls of a step, rise to it. */
  const arrivalsAtOnce = () => arrivalsFetchedAtOnceSeconds * Math.min(maxArrivalsPerSecond, arrivalRate.perSecond());

  const results = createFetchJob({
    inFlight,
    pages,
    finish,
    outage,
    // A query, but only for jobs that PhotoGPT does not know, or of which it tells no times.
    databaseNow: async () => (await apiKeyStore.bearings()).now,
    permits: () =>
      Math.ceil(Math.max(minFetches, Math.min(maxFetches, inFlight.size() / inFlightPerFetch), arrivalsAtOnce())),
    onFinished(wasListed) {
      // Its end was found by a call that had to be made anyway, to fetch the result.
      if (!wasListed) allowance.refund();
      allowance.earn(1);
    },
    log,
  });

  async function readTable(): Promise<void> {
    const arrived = await syncInFlight.read();
    allowance.earn(arrived);
    if (isTableRead) arrivalRate.record(arrived);
    isTableRead = true;
  }

  /** Restores what was learned about the list, and saves it every minute. */
  async function syncListBehaviour(): Promise<void> {
    if (!isListRestored) {
      pages.restore((await apiKeyStore.capabilities()) ?? {});
      isListRestored = true;
    } else if (savedListBehaviour.isDue()) {
      const changes = pages.takeChanges();
      if (changes) await apiKeyStore.learned(changes);
    } else return;
    savedListBehaviour.mark();
  }

  function allowedCalls(): number {
    const allowed = allowance.available(clock.now(), inFlight.size());
    return Math.floor(Math.min(Math.max(maxCallsPerStep, arrivalsAtOnce()), allowed));
  }

  function planQuestions(calls: number): Question[] {
    return plan(inFlight, {
      now: pages.now(),
      curve: learnedDurations.curve,
      list: pages.behaviour(),
      cursors: pages.cursorTimes(),
      price: parts.allowance?.price,
      maxCalls: failedSteps > 0 ? 1 : calls,
    });
  }

  /** Returns the best of the questions, for as many calls as the API key can spare. */
  async function affordable(questions: Question[]): Promise<Question[]> {
    if (questions.length === 0) return [];
    let left = await spare(totalCalls(questions));
    return questions.filter((question) => {
      left -= callsOf(question);
      return left >= 0;
    });
  }

  async function ask(question: Question, waitMs: number, step: Step): Promise<void> {
    if (waitMs > 0) await parts.batchClock?.sleep(waitMs, step.signal);
    // PhotoGPT may have stopped answering meanwhile.
    if (outage.error || step.signal.aborted) return;
    if (question.kind === 'job') return results.fetchJob(question.slot, step);
    try {
      const ended = await pages.read(question, step.signal);
      await Promise.all(ended.map(({ slot, listed }) => results.fetchJob(slot, step, listed)));
    } catch (error) {
      noteOutage(outage, error);
    }
  }

  /** Asks the questions a few at a time, and waits up to `resultTimeoutMs` for the answers. */
  async function askAll(questions: Question[], step: Step): Promise<void> {
    const intervalMs = callSpreadMs / Math.ceil(questions.length / callsAtOnce);
    const asking = questions.map((question, index) =>
      ask(question, intervalMs * Math.floor(index / callsAtOnce), step),
    );
    await withTimeout(Promise.all(asking), resultTimeoutMs, clock);
  }

  /** Pauses the API key for all replicas: for as long as PhotoGPT says, else for longer after each failed step. */
  async function pause(error: PhotoGPTError): Promise<void> {
    failedSteps += 1;
    const maxMs = error.reason === 'rate' ? maxRateLimitPauseMs : maxFailurePauseMs;
    const waitMs = error.retryAfterMs ?? backoff(failedSteps, random, { maxMs });
    log.warn({ err: error, wait: waitMs }, 'polling failed');
    await apiKeyStore.pause(waitMs, error.reason === 'rate');
  }

  return {
    /**
     * Runs one step. Returns whether it made calls and PhotoGPT answered. `onEnded` is called for each job that has
     * ended, with whether it made videos, also after the step.
     */
    async step(signal: AbortSignal, onEnded: (hasVideos: boolean) => void = () => {}): Promise<boolean> {
      await readTable();
      if (inFlight.size() === 0 || signal.aborted) return false;
      const calls = allowedCalls();
      if (calls < 1 || (await apiKeyStore.state()).pausedForMs > 0) return false;
      await syncListBehaviour();
      const questions = await affordable(planQuestions(calls));
      if (questions.length === 0) return false;
      outage.error = undefined;
      allowance.spend(totalCalls(questions));
      await askAll(questions, { signal, onEnded });
      if (outage.error) await pause(outage.error);
      else failedSteps = 0;
      return outage.error === undefined;
    },

    /** Returns how many jobs are in flight. */
    size: inFlight.size,

    /** Resolves when no result is being fetched. */
    idle: results.idle,

    /** Forgets all jobs, so that the next step reads them from the table. */
    forget(): void {
      syncInFlight.forget();
      arrivalRate.forget();
      isTableRead = false;
      isListRestored = false;
    },
  };
}

const totalCalls = (questions: Question[]): number => questions.reduce((sum, question) => sum + callsOf(question), 0);
