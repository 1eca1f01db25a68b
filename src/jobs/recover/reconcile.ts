/** Finds out what became of requests whose answer was lost, and never guesses. */

import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../log.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import { type Listed, listHorizon, readList } from '../poll/read-list.ts';
import type { ApiKeyStore } from '../state/api-key-store.ts';
import type { Job } from '../state/job-store.ts';
import type { Transitions } from '../state/transitions-store.ts';
import { absenceGraceMs, clockSkewMs } from '../timings.ts';
import { createListedTrainings } from './listed-trainings.ts';

/** The list is read from this much earlier, because its `start` is by a clock that may be another than it was before. */
const apart = 10 * 60_000;
/** Between two looks: half the time that the youngest doubt has lasted, within these bounds. Milliseconds. */
const [shortest, longest] = [1_000, 15_000];
/** Answers that are on their way get so many moments of so many milliseconds: most take less than a second together. */
const [moments, moment] = [4, 250];
/** PhotoGPT is left alone this long when it did not answer and did not say how long. */
const silence = 5_000;

export type ReconcileParts = {
  api: PhotoGPT;
  transitions: Transitions;
  apiKeyStore: ApiKeyStore;
  clock: Clock;
  log: Log;
  /** The operator says that nothing else works with this key. */
  exclusive: boolean;
};

/** For how many milliseconds the job has been in doubt, and how many ago it was sent: both by the database's clock. */
type Doubt = { job: Job; since: number; sentAgo: number };

/** Returns a step that looks into every job in doubt, and tells whether there was one. */
export function createReconcile({ api, transitions, apiKeyStore, clock, log, exclusive }: ReconcileParts) {
  const sortOut = createListedTrainings({ api, apiKeyStore });
  let lookedAt = Number.NEGATIVE_INFINITY;
  /** PhotoGPT's clock was ahead of ours by so many milliseconds when it last answered. */
  let ahead = 0;

  async function giveUp({ job }: Doubt, candidates: Listed[], reason: string): Promise<void> {
    // Whatever could be its job is nobody's from now on, and those who counted on absence have lost that proof.
    for (const { jobId, credits, createdAt } of candidates) {
      const remoteCreatedAt = createdAt === undefined ? undefined : new Date(createdAt);
      await apiKeyStore.orphan({ remoteId: jobId, verdict: 'quarantined', credits, remoteCreatedAt });
    }
    if (candidates.length > 0) await transitions.taintOthers(job);
    await transitions.fail(job.id, { code: 'ambiguous', details: undefined }, 'unknown');
    log.warn({ job: job.id, candidates: candidates.length, reason }, 'cannot tell what became of a request');
  }

  /** What PhotoGPT echoes of its inputs decides, where it echoes them at all. */
  async function matches(job: Job, { jobId }: Listed, signal: AbortSignal): Promise<'yes' | 'no' | 'silent'> {
    const detail = await api.getJob({ id: jobId }, { signal }).catch((error: unknown) => {
      // Gone or unreadable, and it will stay so: nothing that could be adopted.
      if (error instanceof PhotoGPTError && (error.verdict === 'refused' || error.reason === 'unreadable'))
        return undefined;
      throw error;
    });
    if (!detail) return 'no';
    const { prompt } = detail;
    if (prompt === undefined || typeof job.request.prompt !== 'string') return 'silent';
    return prompt === job.request.prompt ? 'yes' : 'no';
  }

  async function decide(doubt: Doubt, candidates: Listed[], rivals: number, whole: boolean, signal: AbortSignal) {
    const { job, since } = doubt;
    const over = since > absenceGraceMs;
    const [only] = candidates;
    if (!only) {
      if (!over) return;
      if (job.tainted || !whole) return giveUp(doubt, [], job.tainted ? 'tainted' : 'the list was too long');
      await transitions.absent(job);
      log.info({ job: job.id }, 'the request never arrived; queued again');
      return;
    }
    if (candidates.length === 1 && rivals === 0 && !job.tainted) {
      const match = await matches(job, only, signal);
      const { foreign } = await apiKeyStore.state();
      if (match === 'yes' || (match === 'silent' && exclusive && !foreign)) {
        const at = only.createdAt === undefined ? undefined : new Date(only.createdAt);
        if (await transitions.accepted(job.id, only.jobId, at))
          log.info({ job: job.id }, 'found the job of a lost answer');
        return;
      }
    }
    if (over) await giveUp(doubt, candidates, rivals > 0 ? 'rivals' : 'no proof');
  }

  async function look(open: Doubt[], signal: AbortSignal): Promise<void> {
    const asked = clock.now();
    const start = asked + ahead - Math.max(...open.map(({ sentAgo }) => sentAgo)) - apart;
    const { jobs: listed, whole, serverTime } = await readList(api, start, signal);
    if (serverTime !== undefined) ahead = serverTime - clock.now();
    const now = serverTime ?? asked;
    // Who is waiting for an id is asked before which ids are known: a job that got its id in between is then seen
    // as waiting or as known, never as neither.
    let waiting = await apiKeyStore.unidentified();
    // When each was sent is measured after the reading and by the database: our own clock may have been set meanwhile.
    const sentAgo = new Map((await apiKeyStore.inDoubt()).map((doubt) => [doubt.job.id, Number(doubt.sentAgo)]));
    // A page may repeat what the one before showed, when new jobs have moved it.
    const once = [...new Map(listed.map((job) => [job.jobId, job])).values()];
    const notKnown = async () => {
      const known = await apiKeyStore.known(once.map(({ jobId }) => jobId));
      return once.filter(({ jobId }) => !known.has(jobId));
    };
    let unowned = await notKnown();
    // Jobs of other lanes whose answer is on its way stand in the way of every proof, until they have their ids. What
    // was sent after the reading is not on this list, so only those who waited then need be waited for.
    const isSending = () => waiting.some(({ state }) => state === 'submitting');
    for (let waits = 0; waits < moments && unowned.length > 0 && isSending() && !signal.aborted; waits += 1) {
      await clock.sleep(moment, signal);
      const still = new Set((await apiKeyStore.unidentified()).map(({ id }) => id));
      waiting = waiting.filter(({ id }) => still.has(id));
      unowned = await notKnown();
    }
    const { others: nobodys, unclear } = await sortOut(unowned, {
      now,
      absenceGraceMs,
      clockSkewMs,
      alone: false,
      signal,
    });
    for (const doubt of open) {
      // From then on PhotoGPT may have made this job, by its own clock.
      const from = now - (sentAgo.get(doubt.job.id) ?? Number.POSITIVE_INFINITY) - clockSkewMs;
      // Read from too late, by a clock that was wrong: the next reading knows by how much. Or no longer in doubt.
      if (start > from) continue;
      const candidates = nobodys.filter(({ createdAt }) => createdAt === undefined || createdAt >= from);
      const rivals = waiting.filter((other) => other.id !== doubt.job.id).length;
      // Perhaps a training's: as good as somebody else waiting for it.
      const perhaps = candidates.filter(({ jobId }) => unclear.has(jobId)).length;
      await decide(doubt, candidates, rivals + perhaps, whole, signal);
    }
  }

  return async function reconcile(signal: AbortSignal): Promise<boolean> {
    const doubts = await apiKeyStore.inDoubt();
    const expired = doubts.filter(({ since }) => since > listHorizon);
    for (const doubt of expired) await giveUp(doubt, [], 'older than the list');
    const open = doubts.filter((doubt) => !expired.includes(doubt));
    if (open.length === 0) return expired.length > 0;

    const youngest = Math.min(...open.map(({ since }) => since));
    const gap = Math.min(longest, Math.max(shortest, youngest / 2));
    const waited = clock.now() - lookedAt;
    // Less than nothing when our clock was set back meanwhile.
    if ((waited >= 0 && waited < gap) || (await apiKeyStore.state()).pausedFor > 0) return false;
    lookedAt = clock.now();
    try {
      await look(open, signal);
    } catch (error) {
      if (!(error instanceof PhotoGPTError)) throw error;
      log.warn({ err: error }, 'PhotoGPT does not tell what became of a request');
      await apiKeyStore.pause(error.retryAfter ?? silence);
    }
    return true;
  };
}
