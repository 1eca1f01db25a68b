/**
 * Reads PhotoGPT's list for requests whose answer was lost. Finds the listed jobs that no row owns, and the requests that
 * compete for them.
 */

import type { Clock } from '../../concurrency/clock.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { type Listed, readList } from '../poll/list/read-list.ts';
import type { ApiKeyStore } from '../state/api-key-store.ts';
import { answerWaitMs, clockSkewMs, listStartMarginMs } from '../timings.ts';
import { createListedTrainings } from './listed-trainings.ts';

/** A job in doubt: `since` milliseconds in this state, sent `sentAgoMs` milliseconds ago, by the database's clock. */
export type Doubt = Awaited<ReturnType<ApiKeyStore['inDoubt']>>[number];

/** A request that waits for the id of its job. */
type WaitingRequest = Awaited<ReturnType<ApiKeyStore['unidentified']>>[number];

/** One reading of the list. Times are in epoch milliseconds by PhotoGPT's clock. */
export type Evidence = {
  /** When the list was read, and from when on it was read. */
  now: number;
  start: number;
  /** Whether nothing was left out. Absence from a list that was too long proves nothing. */
  isWhole: boolean;
  /** Listed jobs that no row owns. Those whose ids are in `unclear` may be trainings. */
  unowned: Listed[];
  unclear: ReadonlySet<string>;
  waiting: readonly WaitingRequest[];
  /** Milliseconds since the request of each job in doubt was sent. */
  sentAgoMs: ReadonlyMap<number, number>;
};

/** The jobs on the list that a request may have made, and the number of requests or trainings that may own them too. */
export type Suspects = { candidates: Listed[]; rivals: number };

/** Waits for answers that are on their way, before the list is judged without them. */
const maxAnswerWaits = 4;

type ReadEvidenceParts = { api: PhotoGPT; apiKeyStore: ApiKeyStore; clock: Clock };

/** Returns a function that reads the list far enough back for all of `doubts`. It throws `PhotoGPTError`. */
export function createReadEvidence({ api, apiKeyStore, clock }: ReadEvidenceParts) {
  const takeOutTrainings = createListedTrainings({ api, apiKeyStore });
  /** How far PhotoGPT's clock was ahead of ours when it last answered. */
  let aheadMs = 0;

  async function unownedAmong(listed: readonly Listed[]): Promise<Listed[]> {
    const known = await apiKeyStore.known(listed.map(({ jobId }) => jobId));
    return listed.filter(({ jobId }) => !known.has(jobId));
  }

  /**
   * Gives requests that are being sent a second to learn their ids: until then, each could own any job that is left. A
   * request that was sent after the reading is not on the list, so only those of `waitingThen` count.
   */
  async function waitForAnswers(
    listed: readonly Listed[],
    waitingThen: readonly WaitingRequest[],
    signal: AbortSignal,
  ): Promise<Pick<Evidence, 'unowned' | 'waiting'>> {
    let waiting = waitingThen;
    let unowned = await unownedAmong(listed);
    const isSending = () => waiting.some(({ state }) => state === 'submitting');
    for (let waits = 0; waits < maxAnswerWaits && unowned.length > 0 && isSending() && !signal.aborted; waits += 1) {
      await clock.sleep(answerWaitMs, signal);
      const waitingNow = new Set((await apiKeyStore.unidentified()).map(({ id }) => id));
      waiting = waiting.filter(({ id }) => waitingNow.has(id));
      unowned = await unownedAmong(listed);
    }
    return { unowned, waiting };
  }

  return async function readEvidence(doubts: readonly Doubt[], signal: AbortSignal): Promise<Evidence> {
    const askedAt = clock.now();
    const oldestSentAgoMs = Math.max(...doubts.map(({ sentAgoMs }) => sentAgoMs));
    const start = askedAt + aheadMs - oldestSentAgoMs - listStartMarginMs;
    const { jobs, whole: isWhole, serverTime } = await readList(api, start, signal);
    if (serverTime !== undefined) aheadMs = serverTime - clock.now();
    const now = serverTime ?? askedAt;
    // Before the known ids, because a job may get its id in between. It is then seen as waiting or as known, never as
    // neither.
    const waitingThen = await apiKeyStore.unidentified();
    // Again, and by the database's clock, because ours may have been set during the reading.
    const sentAgoMs = new Map((await apiKeyStore.inDoubt()).map(({ job, sentAgoMs }) => [job.id, Number(sentAgoMs)]));
    const { unowned: left, waiting } = await waitForAnswers(withoutRepeats(jobs), waitingThen, signal);
    const { others: unowned, unclear } = await takeOutTrainings(left, { now, isNothingElseWaiting: false, signal });
    return { now, start, isWhole, unowned, unclear, waiting, sentAgoMs };
  };
}

/** A new job moves the pages of the list, so a page may repeat a job of the page before it. */
const withoutRepeats = (listed: readonly Listed[]): Listed[] => [
  ...new Map(listed.map((job) => [job.jobId, job])).values(),
];

/**
 * Returns the jobs that the request in doubt may have made. Undefined when the list tells nothing about it. Then the job
 * left the state meanwhile, or a wrong clock made the reading start too late. The next reading corrects the clock.
 */
export function suspectsOf({ job }: Doubt, evidence: Evidence): Suspects | undefined {
  const sentAgoMs = evidence.sentAgoMs.get(job.id);
  if (sentAgoMs === undefined) return undefined;
  const madeSince = evidence.now - sentAgoMs - clockSkewMs;
  if (evidence.start > madeSince) return undefined;
  const candidates = evidence.unowned.filter(({ createdAt }) => createdAt === undefined || createdAt >= madeSince);
  const otherRequests = evidence.waiting.filter(({ id }) => id !== job.id).length;
  const possibleTrainings = candidates.filter(({ jobId }) => evidence.unclear.has(jobId)).length;
  return { candidates, rivals: otherRequests + possibleTrainings };
}
