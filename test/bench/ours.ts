/** The bot's own polling, finishing and loop, in virtual time against the modelled API. */
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

/** Time from PhotoGPT's creation of a job until the bot knows it. */
const submitMs = 250;
/** Interval of the leader's looks without a wake-up, as in the pipeline. */
const lookEveryMs = 250;

/** The settings of a run. */
export type OursOptions = {
  model: ModelledApi;
  from: number;
  to: number;
  random: () => number;
  /** The call allowance. Without it, the bot's own. */
  allowance?: AllowanceRates;
  /** Whether to use the bot's own HTTP client, which retries failed calls and makes the run slower. */
  http?: boolean;
  travel?: Travel;
  /** Called with each line that polling logs. */
  onLog?: (line: string) => void;
};

/**
 * Returns a fake of the table of jobs, as far as polling reads it: jobs that PhotoGPT has taken, and that have not
 * ended.
 */
function fakeTable(model: ModelledApi, from: number, now: () => number, isEnded: (index: number) => boolean) {
  const { jobs } = model;
  // Jobs that ended before the first look count as ended.
  const isOpen = (index: number) => !isEnded(index) && model.endOf(index) > from;
  let oldest = 0;
  return async (behind: { at: string; id: number }, limit: number): Promise<Running[]> => {
    while (oldest < jobs.count && !isOpen(oldest) && model.createdOf(oldest) < now()) oldest += 1;
    const since = Date.parse(behind.at);
    const first = Number.isNaN(since) ? oldest : Math.max(oldest, firstFrom(jobs, since - submitMs));
    const last = firstFrom(jobs, now() - submitMs);
    const rows: Running[] = [];
    for (let index = first; index < last && rows.length < limit; index += 1) {
      const submittedAt = model.createdOf(index) + submitMs;
      if (!isOpen(index) || (submittedAt <= since && index <= behind.id)) continue;
      const name = jobs.kinds[jobs.kind[index] ?? 0]?.model ?? '';
      // Whole milliseconds only: a position must not come before its own row.
      const at = new Date(submittedAt).toISOString();
      rows.push({ id: index, remoteId: `j${index}`, model: name, submittedAt, at });
    }
    return rows;
  };
}

/**
 * Watches the model's jobs from `from` to `to`. Returns the time at which each was recorded as ended, in milliseconds,
 * by its index in the model's list. NaN for those that were not.
 */
export async function runOurs(options: OursOptions): Promise<Float64Array> {
  const { model, from, to, random, allowance, http = false, travel = usualTravel, onLog } = options;
  const clock = createVirtualClock(from);
  const { jobs } = model;
  const seenAt = new Float64Array(jobs.count).fill(Number.NaN);
  const log = logTo({ write: (line) => onLog?.(line) }, onLog ? 'warn' : 'silent');
  const api = (http ? asClient : asMethods)(model, clock, random, travel);
  const median = new Map(jobs.kinds.map((kind) => [kind.model, kind.median]));
  // Only saving would need the database, and nothing is saved.
  const learnedDurations = createLearnedDurations({} as Database, (name) => median.get(name));

  let pausedUntil = 0;
  let known: Awaited<ReturnType<PollParts['apiKeyStore']['capabilities']>> = {};
  const apiKeyStore = {
    bearings: async () => ({ now: clock.now(), lastEnd: undefined }),
    running: fakeTable(model, from, clock.now, (index) => !Number.isNaN(seenAt[index])),
    state: async () => ({
      firstSeenAt: new Date(from),
      foreign: false,
      pausedForMs: Math.max(0, pausedUntil - clock.now()),
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
  const finish = createFinish({ api, transitions, learnedDurations, log });
  // The real store returns queries, which polling only awaits.
  const parts = {
    api,
    apiKeyStore: apiKeyStore as unknown as PollParts['apiKeyStore'],
    learnedDurations,
    finish,
    clock,
    random,
    log,
    allowance,
    batchClock: clock,
  };
  const poll = createPoll(parts);

  const stop = new AbortController();
  // All calls under way listen to it, which are more than Node's limit for a warning.
  setMaxListeners(0, stop.signal);
  const wakeUp = createWakeUp(clock);
  const step = () => poll.step(stop.signal);
  const watching = runLoop({ name: 'lead', step, wakeUp, everyMs: lookEveryMs, clock, random, log }, stop.signal);
  const submitted = async () => {
    for (let index = firstFrom(jobs, from); index < jobs.count; index += 1) {
      await clock.sleep(model.createdOf(index) + submitMs - clock.now(), stop.signal);
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
