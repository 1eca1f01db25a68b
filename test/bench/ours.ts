/** The real sweep, the real settling and the real loop around them, in virtual time against the modelled API. */
import { setMaxListeners } from 'node:events';
import { runLoop } from '../../src/concurrency/loop.ts';
import { createWakeUp } from '../../src/concurrency/wake-up.ts';
import type { Database } from '../../src/db/connect.ts';
import type { AllowanceRates } from '../../src/jobs/poll/call-allowance.ts';
import { createLearnedDurations } from '../../src/jobs/poll/durations-store.ts';
import { createFinish } from '../../src/jobs/poll/finish.ts';
import { createPoll, type PollParts } from '../../src/jobs/poll/poll.ts';
import type { Running } from '../../src/jobs/state/api-key-store.ts';
import { logTo } from '../../src/log.ts';
import { asClient, asMethods, type Travel, usualTravel } from './answers.ts';
import { firstFrom } from './arrivals.ts';
import type { ModelledApi } from './modelled-api.ts';
import { createVirtualClock } from './virtual-clock.ts';

/** A submitted job is known to us so many milliseconds after PhotoGPT made it. */
const submitting = 250;
/** The leader looks this often when nothing wakes it, as in the pipeline. */
const every = 250;

export type OursOptions = {
  model: ModelledApi;
  from: number;
  to: number;
  random: () => number;
  /** How often it may ask; the bot's usual pace without. */
  allowance?: AllowanceRates;
  /** With the bot's own HTTP client, which repeats what failed; slower. */
  http?: boolean;
  travel?: Travel;
  /** Heard of everything the sweep logs. */
  onLog?: (line: string) => void;
};

/** The table of jobs, as far as the sweep reads it: what PhotoGPT has taken and nobody has booked as ended. */
function tableOf(model: ModelledApi, from: number, now: () => number, isBooked: (index: number) => boolean) {
  const { jobs } = model;
  // What had ended before the first look is no work of ours.
  const isOpen = (index: number) => !isBooked(index) && model.endOf(index) > from;
  let oldest = 0;
  return async (behind: { at: string; id: number }, limit: number): Promise<Running[]> => {
    while (oldest < jobs.count && !isOpen(oldest) && model.createdOf(oldest) < now()) oldest += 1;
    const since = Date.parse(behind.at);
    const first = Number.isNaN(since) ? oldest : Math.max(oldest, firstFrom(jobs, since - submitting));
    const last = firstFrom(jobs, now() - submitting);
    const rows: Running[] = [];
    for (let index = first; index < last && rows.length < limit; index += 1) {
      const submittedAt = model.createdOf(index) + submitting;
      if (!isOpen(index) || (submittedAt <= since && index <= behind.id)) continue;
      const name = jobs.kinds[jobs.kind[index] ?? 0]?.model ?? '';
      // Whole milliseconds only: a place in the order must not come before the row that it is taken from.
      const at = new Date(submittedAt).toISOString();
      rows.push({ id: index, remoteId: `j${index}`, model: name, submittedAt, at });
    }
    return rows;
  };
}

/**
 * Watches the model's jobs from `from` to `to` and returns when each was booked as ended, in milliseconds, by its place
 * in the model's list; NaN for what was not.
 */
export async function runOurs(options: OursOptions): Promise<Float64Array> {
  const { model, from, to, random, allowance, http = false, travel = usualTravel, onLog } = options;
  const clock = createVirtualClock(from);
  const { jobs } = model;
  const seenAt = new Float64Array(jobs.count).fill(Number.NaN);
  const log = logTo({ write: (line) => onLog?.(line) }, onLog ? 'warn' : 'silent');
  const api = (http ? asClient : asMethods)(model, clock, random, travel);
  const median = new Map(jobs.kinds.map((kind) => [kind.model, kind.median]));
  // Learning needs no database; saving what was learned would.
  const learnedDurations = createLearnedDurations({} as Database, (name) => median.get(name));

  let pausedUntil = 0;
  let known: Awaited<ReturnType<PollParts['apiKeyStore']['capabilities']>> = {};
  const apiKeyStore = {
    bearings: async () => ({ now: clock.now(), lastEnd: undefined }),
    running: tableOf(model, from, clock.now, (index) => !Number.isNaN(seenAt[index])),
    state: async () => ({
      firstSeenAt: new Date(from),
      foreign: false,
      pausedFor: Math.max(0, pausedUntil - clock.now()),
    }),
    pause: async (milliseconds: number) => {
      pausedUntil = Math.max(pausedUntil, clock.now() + milliseconds);
    },
    capabilities: async () => known,
    learned: async (news: typeof known) => {
      known = news;
    },
  };
  const transitions = {
    ended: async (ends: { id: number }[]) =>
      ends.map(({ id }) => {
        const isNew = Number.isNaN(seenAt[id]);
        if (isNew) seenAt[id] = clock.now();
        return isNew;
      }),
  };
  const finish = createFinish({ api, transitions, learnedDurations, clock, log });
  // What a database would answer with is a query as well; the sweep only awaits it.
  const parts = {
    api,
    apiKeyStore: apiKeyStore as unknown as PollParts['apiKeyStore'],
    learnedDurations,
    finish,
    clock,
    random,
    log,
    allowance,
    apart: clock,
  };
  const poll = createPoll(parts);

  const stop = new AbortController();
  // As many calls as are under way wait on it: more than Node finds normal.
  setMaxListeners(0, stop.signal);
  const wakeUp = createWakeUp(clock);
  const step = () => poll.step(stop.signal);
  const watching = runLoop({ name: 'lead', step, wakeUp, everyMs: every, clock, random, log }, stop.signal);
  const submitted = async () => {
    for (let index = firstFrom(jobs, from); index < jobs.count; index += 1) {
      await clock.sleep(model.createdOf(index) + submitting - clock.now(), stop.signal);
      if (stop.signal.aborted) return;
      wakeUp.notify();
    }
  };
  const arriving = submitted();
  await clock.runUntil(to);
  stop.abort();
  await clock.runUntil(to + 60_000);
  await Promise.all([watching, arriving]);
  return seenAt;
}
