/**
 * Watches the jobs in flight at PhotoGPT with as few calls as possible. One replica does it, four steps a second.
 *
 * ## Step
 * Entry: a call of `step`. It brings the jobs in flight in step with the table, and counts the calls that it may make.
 * It asks nothing while no job is in flight, no call is allowed or the API key pauses.
 * Exit: the answers are there, or `resultTimeoutMs` is over. Slower answers go on in the background.
 *
 * ## Question
 * Entry: the plan chose it, and the API rate spared its calls. Questions of a step leave one after the other.
 * A job's question reads that job. A page's question reads a part of the list, then each job that ended in it.
 * Exit: the answer is recorded, or it is a failure of PhotoGPT's.
 *
 * ## Pause
 * Entry: a failure that is not one job's alone. No further question of the step leaves, and the API key pauses.
 * Exit: the pause is over. One question then finds out whether PhotoGPT answers again.
 */
import { backoff } from '../../concurrency/backoff.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { createEvery } from '../../concurrency/every.ts';
import { createSemaphore } from '../../concurrency/semaphore.ts';
import { withTimeout } from '../../concurrency/with-timeout.ts';
import type { Log } from '../../log.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import type { ApiKeyStore } from '../state/api-key-store.ts';
import {
  arrivalsFetchedAtOnceSeconds,
  callSpreadMs,
  maxArrivalsPerSecond,
  maxFailurePauseMs,
  maxRateLimitPauseMs,
  resultTimeoutMs,
  saveListBehaviourMs,
} from '../timings.ts';
import { createArrivalRate } from './arrival-rate.ts';
import { type AllowanceRates, createCallAllowance, usualAllowance } from './call-allowance.ts';
import type { LearnedDurations } from './durations-store.ts';
import type { Finish } from './finish.ts';
import { createInFlight } from './in-flight.ts';
import { createListPages } from './list-pages.ts';
import { createLook } from './look.ts';
import { createPhotoGPTClock } from './photogpt-clock.ts';
import { callsOf, createPlan, type Question } from './plan.ts';
import type { Outage, Step } from './step.ts';
import { createSyncInFlight } from './sync-in-flight.ts';

/** The parts that polling needs. */
export type PollParts = {
  api: Pick<PhotoGPT, 'listJobs'>;
  apiKeyStore: Pick<ApiKeyStore, 'running' | 'bearings' | 'state' | 'pause' | 'capabilities' | 'learned'>;
  learnedDurations: Pick<LearnedDurations, 'curve'>;
  finish: Finish;
  clock: Clock;
  random: () => number;
  log: Log;
  /** The clock by which questions of one step leave one after the other. All leave at once without it. */
  apart?: Clock;
  /** How calls are earned, where that is not as usual. */
  allowance?: AllowanceRates;
  /** Returns how many of `calls` calls the API rate can spare. All of them without it. */
  spare?(calls: number): Promise<number>;
};

/** Results that are fetched at one time, at least and at most. Ends of an outage are fetched no faster. */
const minFetches = 24;
const maxFetches = 128;
/** Jobs in flight for each result that is fetched at one time: twice as many results as these jobs need. */
const jobsPerFetch = 80;
/** Calls of one step, unless more jobs arrive than that. */
const maxCalls = 128;
/** Questions that leave together. */
const questionsAtOnce = 4;

/**
 * Returns the polling of one replica. It reads the jobs in flight from the table at first, and again after `forget`, which
 * a replica calls when it stops leading.
 */
export function createPoll(parts: PollParts) {
  const { api, apiKeyStore, learnedDurations, finish, clock, random, log } = parts;
  const spare = parts.spare ?? (async (calls: number) => calls);
  const inFlight = createInFlight();
  const photogptClock = createPhotoGPTClock(clock, inFlight);
  const pages = createListPages({ api, inFlight, photogptClock, clock });
  const syncInFlight = createSyncInFlight({ inFlight, apiKeyStore, photogptClock, clock });
  const plan = createPlan();
  const allowance = createCallAllowance(parts.allowance ?? usualAllowance);
  const arrivalRate = createArrivalRate(clock);
  const saving = createEvery(saveListBehaviourMs, clock);
  const fetches = createSemaphore({ permits: fetchesAtOnce });
  const { look, idle } = createLook({ inFlight, photogptClock, finish, allowance, pages, run: fetches.run, log });
  const outage: Outage = {};
  let failedSteps = 0;
  /** Whether the first reading is done. Jobs that come after it are new. */
  let isOriented = false;
  let hasRestored = false;

  /** Jobs that arrive while one result is fetched. */
  function arrivalsAtOnce(): number {
    return arrivalsFetchedAtOnceSeconds * Math.min(maxArrivalsPerSecond, arrivalRate.perSecond());
  }

  function fetchesAtOnce(): number {
    const forJobs = Math.min(maxFetches, inFlight.size() / jobsPerFetch);
    return Math.ceil(Math.max(minFetches, forJobs, arrivalsAtOnce()));
  }

  /** Asks one question of a step. A failure of PhotoGPT's ends the step. */
  async function ask(question: Question, delayMs: number, step: Step): Promise<void> {
    if (delayMs > 0) await parts.apart?.sleep(delayMs, step.signal);
    // PhotoGPT may have failed meanwhile.
    if (step.outage.failure || step.signal.aborted) return;
    try {
      if (question.kind === 'job') return await look({ slot: question.slot }, step);
      const ended = await pages.read(question, step.signal);
      await Promise.all(ended.map((each) => look(each, step)));
    } catch (error) {
      if (!(error instanceof PhotoGPTError)) throw error;
      step.outage.failure ??= error;
    }
  }

  /** Waits for the questions of a step. Slow ones go on in the background. */
  async function askAll(questions: readonly Question[], step: Step): Promise<void> {
    const delayMs = callSpreadMs / Math.ceil(questions.length / questionsAtOnce);
    const asked = questions.map((question, index) =>
      ask(question, delayMs * Math.floor(index / questionsAtOnce), step),
    );
    await withTimeout(Promise.all(asked), resultTimeoutMs, clock);
  }

  /** Pauses the API key: for as long as PhotoGPT says, or longer after each failed step. */
  async function pause(error: PhotoGPTError): Promise<void> {
    failedSteps += 1;
    const isRateLimit = error.reason === 'rate';
    const maxMs = isRateLimit ? maxRateLimitPauseMs : maxFailurePauseMs;
    const waitMs = error.retryAfter ?? backoff(failedSteps, random, { maxMs });
    log.warn({ err: error, wait: waitMs }, 'polling failed');
    await apiKeyStore.pause(waitMs, isRateLimit);
  }

  /** Returns the first of the questions whose calls the API rate can spare. */
  async function affordable(questions: readonly Question[]): Promise<Question[]> {
    if (questions.length === 0) return [];
    let callsLeft = await spare(callsOfAll(questions));
    return questions.filter((question) => {
      callsLeft -= callsOf(question);
      return callsLeft >= 0;
    });
  }

  /** Restores what is known of the list with the first step, and saves what was learned from time to time. */
  async function syncListBehaviour(): Promise<void> {
    if (!hasRestored) pages.restore((await apiKeyStore.capabilities()) ?? {});
    else if (!saving.isDue()) return;
    else {
      const news = pages.takeNews();
      if (news) await apiKeyStore.learned(news);
    }
    hasRestored = true;
    saving.mark();
  }

  /** Brings the jobs in flight up to date. Returns how many calls this step may make. */
  async function prepare(signal: AbortSignal): Promise<number> {
    const arrived = await syncInFlight.read();
    allowance.earn(arrived);
    // The first reading brings jobs that came at any time.
    if (isOriented) arrivalRate.record(arrived);
    isOriented = true;
    if (inFlight.size() === 0 || signal.aborted) return 0;
    const calls = Math.min(Math.max(maxCalls, arrivalsAtOnce()), allowance.available(clock.now(), inFlight.size()));
    if (calls < 1 || (await apiKeyStore.state()).pausedFor > 0) return 0;
    return Math.floor(calls);
  }

  return {
    /** Makes one step. `onEnded` hears of each job that ended, and whether it made videos. Returns whether PhotoGPT answered. */
    async step(signal: AbortSignal, onEnded: (hasVideos: boolean) => void = () => {}): Promise<boolean> {
      const calls = await prepare(signal);
      if (calls < 1) return false;
      await syncListBehaviour();
      const planned = plan(inFlight, {
        now: photogptClock.now(),
        curve: learnedDurations.curve,
        list: pages.list(),
        cursors: pages.cursors(),
        price: parts.allowance?.price,
        most: failedSteps > 0 ? 1 : calls,
      });
      const questions = await affordable(planned);
      if (questions.length === 0) return false;
      allowance.spend(callsOfAll(questions));
      outage.failure = undefined;
      await askAll(questions, { signal, onEnded, outage });
      const { failure } = outage;
      if (failure) await pause(failure);
      else failedSteps = 0;
      return failure === undefined;
    },

    /** Returns how many jobs are in flight. */
    size: inFlight.size,

    /** Resolves when no result is being fetched. */
    idle,

    /** Forgets the jobs in flight. */
    forget(): void {
      syncInFlight.forget();
      arrivalRate.forget();
      isOriented = false;
      hasRestored = false;
    },
  };
}

const callsOfAll = (questions: readonly Question[]): number =>
  questions.reduce((sum, question) => sum + callsOf(question), 0);
