/** Watches everything that runs at PhotoGPT with as few questions as will do. */

import { backoff } from '../../concurrency/backoff.ts';
import { type Clock, sleepOver } from '../../concurrency/clock.ts';
import { createSemaphore } from '../../concurrency/semaphore.ts';
import type { Log } from '../../log.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError, type Reason } from '../../photogpt/error.ts';
import type { ApiKeyStore } from '../state/api-key-store.ts';
import { createArrivalRate } from './arrival-rate.ts';
import { type AllowanceRates, createCallAllowance, usualAllowance } from './call-allowance.ts';
import type { LearnedDurations } from './durations-store.ts';
import type { Finish } from './finish.ts';
import { createInFlight } from './in-flight.ts';
import { createListPages, type Ended } from './list-pages.ts';
import { createPlan, type Question } from './plan.ts';
import { createSyncInFlight } from './sync-in-flight.ts';

export type PollParts = {
  api: Pick<PhotoGPT, 'listJobs'>;
  apiKeyStore: Pick<ApiKeyStore, 'running' | 'bearings' | 'state' | 'pause' | 'capabilities' | 'learned'>;
  learnedDurations: Pick<LearnedDurations, 'curve'>;
  finish: Finish;
  clock: Clock;
  random: () => number;
  log: Log;
  /** By which the questions of one step leave one after the other; all at once without it. */
  apart?: Clock;
  /** How often it asks, where the usual will not do. */
  allowance?: AllowanceRates;
  /** Gives how many of so many calls the key can spare, after what people wait for. All of them without it. */
  spare?(calls: number): Promise<number>;
};

/**
 * Results that are fetched at one time, from and to: one for every 80 jobs in flight, which is twice what they need. What
 * has ended while PhotoGPT was away is fetched no faster than that.
 */
const [fewest, mostFetches] = [24, 128];
/** Calls in one step. Steps come four times a second. */
const mostCalls = 128;
/**
 * Where more jobs come than that is enough for: half a second of them are fetched at one time, two and a half times what
 * they need, and as many calls are made in a step, which is a bound only: see `rate-limit.ts`. More than 4,000 jobs a second
 * were never seen to be watched.
 */
const [share, mostFlow] = [0.5, 4_000];
/**
 * So many questions leave together, and all of a step within `over` milliseconds: answers that come all at once hold up
 * whoever calls just then, by 80 ms for 25 pages on two cores.
 */
const [together, over] = [4, 200];
/** A result that takes longer is no reason for the others to go unwatched, in milliseconds. */
const patience = 2_000;
/** What is wrong with one job alone: no reason to leave the others waiting. */
const ownTrouble: ReadonlySet<Reason> = new Set<Reason>(['unreadable', 'input', 'conflict', 'safety']);
/** A server that fails is asked again within this time, one that wants to be left alone and does not say for how long within another. */
const longestSilence = { rate: 20_000, else: 15_000 };
/** What was learned of the list is saved this often, in milliseconds. */
const saving = 60_000;

/**
 * Returns a step that asks what is worth asking, and tells whether it asked. The jobs in flight live in memory; they
 * are read from the table at the start and after `forget`, which a replica calls when it stops leading.
 */
export function createPoll(parts: PollParts) {
  const {
    api,
    apiKeyStore,
    learnedDurations,
    finish,
    clock,
    random,
    log,
    spare = async (calls: number) => calls,
  } = parts;
  const inFlight = createInFlight();
  const pages = createListPages({ api, inFlight, clock });
  const syncInFlight = createSyncInFlight({ inFlight, apiKeyStore, clock, ahead: pages.ahead, told: pages.told });
  const plan = createPlan();
  const allowance = createCallAllowance(parts.allowance ?? usualAllowance);
  const arrivalRate = createArrivalRate(clock);
  const coming = () => Math.min(mostFlow, arrivalRate.perSecond());
  const { run: fetchResult } = createSemaphore({
    permits: () => Math.ceil(Math.max(fewest, Math.min(mostFetches, inFlight.size() / 80), share * coming())),
  });
  const underWay = new Set<Promise<void>>();
  let [troubles, savedAt] = [0, Number.NEGATIVE_INFINITY];
  let heard = (_videos: boolean) => {};
  /** Whether it has read what is in flight, so that what it reads next is new. */
  let isAware = false;
  /** Set when PhotoGPT does not answer: then nothing more is asked in this step. */
  let trouble: PhotoGPTError | undefined;

  function blame(error: unknown): void {
    if (!(error instanceof PhotoGPTError)) throw error;
    trouble ??= error;
  }

  /** Asks after one job, in the background when that takes long. */
  function look(slot: number, signal: AbortSignal, listed?: Ended['listed']): Promise<void> {
    const { busy } = inFlight.fields();
    if (busy[slot]) return Promise.resolve();
    busy[slot] = 1;
    const job = inFlight.jobAt(slot);
    const asked = pages.now();
    /** Its slot may be another job's by the time of the answer. */
    const isThere = () => inFlight.slotOf(job.remoteId) === slot;
    const ask = async () => {
      if (trouble || signal.aborted) return;
      let videos = false;
      const hear = (detail: { prompt?: string; videos: readonly unknown[] }) => {
        pages.echoes(detail.prompt !== undefined);
        videos = detail.videos.length > 0;
      };
      try {
        if (await finish(job, signal, { ...listed, patient: false, heard: hear, paid: listed === undefined })) {
          if (!listed) allowance.spend(-1);
          allowance.moved(1);
          heard(videos);
          if (isThere()) inFlight.remove(slot);
        } else if (isThere()) inFlight.fields().seen[slot] = asked;
      } catch (error) {
        if (!(error instanceof PhotoGPTError) || !ownTrouble.has(error.reason)) return blame(error);
        log.warn({ err: error, job: job.id }, 'PhotoGPT answers, but not in a way that tells how this job stands');
        if (isThere()) inFlight.fields().seen[slot] = asked;
      }
    };
    const running = fetchResult(ask).finally(() => {
      underWay.delete(running);
      if (isThere()) inFlight.fields().busy[slot] = 0;
    });
    underWay.add(running);
    return running;
  }

  async function put(question: Question, wait: number, signal: AbortSignal): Promise<void> {
    if (wait > 0) await parts.apart?.sleep(wait, signal);
    // PhotoGPT may have said meanwhile that it wants none.
    if (trouble || signal.aborted) return;
    if (question.kind === 'job') return look(question.slot, signal);
    try {
      const ended = await pages.read(question, signal);
      await Promise.all(ended.map(({ slot, listed }) => look(slot, signal, listed)));
    } catch (error) {
      blame(error);
    }
  }

  /** Waits for all of it, but not for ever: what takes long goes on by itself. */
  async function within(work: Promise<unknown>): Promise<void> {
    const early = new AbortController();
    await Promise.race([work, clock.sleep(patience, early.signal)]);
    early.abort(sleepOver);
  }

  /** Everybody keeps quiet: for as long as PhotoGPT says, or longer each time. */
  async function keepQuiet(error: PhotoGPTError): Promise<void> {
    troubles += 1;
    const longest = error.reason === 'rate' ? longestSilence.rate : longestSilence.else;
    const wait = error.retryAfter ?? backoff(troubles, random, { maxMs: longest });
    log.warn({ err: error, wait }, 'PhotoGPT does not tell how jobs stand');
    await apiKeyStore.pause(wait, error.reason === 'rate');
  }

  /** Of the best questions, as many as the key can spare calls for. */
  async function cut(questions: Question[]): Promise<Question[]> {
    if (questions.length === 0) return [];
    let left = await spare(callsOf(questions));
    return questions.filter((question) => {
      left -= callsOf([question]);
      return left >= 0;
    });
  }

  async function remember(): Promise<void> {
    const now = clock.now();
    if (!Number.isFinite(savedAt)) pages.learnt((await apiKeyStore.capabilities()) ?? {});
    else if (Math.abs(now - savedAt) < saving) return;
    else {
      const news = pages.news();
      if (news) await apiKeyStore.learned(news);
    }
    savedAt = now;
  }

  return {
    /** `onEnded` is called whenever a job turned out to have ended, and told whether it made videos. */
    async step(signal: AbortSignal, onEnded: (videos: boolean) => void = () => {}): Promise<boolean> {
      heard = onEnded;
      const came = await syncInFlight.read();
      allowance.moved(came);
      // What was there before came some time.
      if (isAware) arrivalRate.came(came);
      isAware = true;
      if (inFlight.size() === 0 || signal.aborted) return false;
      const most = Math.floor(
        Math.min(Math.max(mostCalls, share * coming()), allowance.available(clock.now(), inFlight.size())),
      );
      if (most < 1 || (await apiKeyStore.state()).pausedFor > 0) return false;
      await remember();
      const questions = plan(inFlight, {
        now: pages.now(),
        curve: learnedDurations.curve,
        list: pages.list(),
        cursors: pages.cursors(),
        price: parts.allowance?.price,
        // One question finds out whether PhotoGPT answers again.
        most: troubles > 0 ? 1 : most,
      });
      const affordable = await cut(questions);
      if (affordable.length === 0) return false;
      trouble = undefined;
      allowance.spend(callsOf(affordable));
      const apart = over / Math.ceil(affordable.length / together);
      const waitOf = (index: number) => apart * Math.floor(index / together);
      await within(Promise.all(affordable.map((question, index) => put(question, waitOf(index), signal))));
      if (trouble) await keepQuiet(trouble);
      else troubles = 0;
      return trouble === undefined;
    },
    /** How many jobs are being watched. */
    size: inFlight.size,
    /** Resolves when no result is being fetched. */
    idle: async () => {
      await Promise.all(underWay);
    },
    forget(): void {
      syncInFlight.forget();
      arrivalRate.forget();
      isAware = false;
      savedAt = Number.NEGATIVE_INFINITY;
    },
  };
}

const callsOf = (questions: Question[]): number =>
  questions.reduce((sum, question) => sum + (question.kind === 'job' ? 1 : question.calls), 0);
