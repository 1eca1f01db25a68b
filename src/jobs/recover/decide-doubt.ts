/**
 * Decides about one job in doubt by what the list shows. A job leaves the state `unknown` in one of three ways:
 *
 * - `running`: exactly one listed job can be its own, and no other request can own that. PhotoGPT repeats the prompt, or
 *   tells none and nothing else uses the key.
 * - `queued`: after the grace, the whole list shows no job that can be its own.
 * - `failed` as ambiguous: after the grace, without a proof of either.
 *
 * A tainted job is never proven either way, so it fails after the grace. See `taintOthers`.
 */

import type { Log } from '../../log.ts';
import type { PhotoGPT } from '../../photogpt/client.ts';
import { PhotoGPTError } from '../../photogpt/error.ts';
import type { Listed } from '../poll/list/read-list.ts';
import type { ApiKeyStore } from '../state/api-key-store.ts';
import type { Job } from '../state/job-store.ts';
import type { Transitions } from '../state/transitions-store.ts';
import { absenceGraceMs } from '../timings.ts';
import { orphanOf } from './orphan-row.ts';
import type { Doubt, Suspects } from './read-evidence.ts';

/** Parts of the decisions. With `exclusive`, the operator says that nothing else works with this key. */
export type DecideDoubtParts = {
  api: Pick<PhotoGPT, 'getJob'>;
  transitions: Transitions;
  apiKeyStore: ApiKeyStore;
  exclusive: boolean;
  log: Log;
};

/** Decisions about jobs in doubt. Each is one guarded transition. */
export type DecideDoubt = {
  /** Moves the job if the list proves enough, or if the grace is over. Throws `PhotoGPTError`. */
  decide(doubt: Doubt, suspects: Suspects, isWholeList: boolean, signal: AbortSignal): Promise<void>;
  /** Fails the job as ambiguous, and takes `candidates` out of the evidence for others. */
  giveUp(doubt: Doubt, candidates: readonly Listed[], reason: string): Promise<void>;
};

/** Returns the decisions. */
export function createDecideDoubt({ api, transitions, apiKeyStore, exclusive, log }: DecideDoubtParts): DecideDoubt {
  async function giveUp({ job }: Doubt, candidates: readonly Listed[], reason: string): Promise<void> {
    // One of them may be its job, so no request may adopt them later. For other jobs in doubt, absence proves nothing now.
    for (const candidate of candidates) await apiKeyStore.orphan(orphanOf(candidate, 'quarantined'));
    if (candidates.length > 0) await transitions.taintOthers(job);
    await transitions.fail(job.id, { code: 'ambiguous', details: undefined }, 'unknown');
    log.warn({ job: job.id, candidates: candidates.length, reason }, 'request given up as ambiguous');
  }

  /** Compares prompts. Returns `silent` when PhotoGPT does not repeat the prompt, or the request has none. */
  async function comparePrompts(
    job: Job,
    { jobId }: Listed,
    signal: AbortSignal,
  ): Promise<'same' | 'other' | 'silent'> {
    const detail = await api.getJob({ id: jobId }, { signal }).catch((error: unknown) => {
      // A job that is gone or unreadable stays so, and cannot be adopted.
      if (error instanceof PhotoGPTError && (error.verdict === 'rejected' || error.reason === 'unreadable'))
        return undefined;
      throw error;
    });
    if (!detail) return 'other';
    const { prompt } = detail;
    if (prompt === undefined || typeof job.request.prompt !== 'string') return 'silent';
    return prompt === job.request.prompt ? 'same' : 'other';
  }

  async function isProven(job: Job, candidate: Listed, signal: AbortSignal): Promise<boolean> {
    const prompts = await comparePrompts(job, candidate, signal);
    const { foreign: isShared } = await apiKeyStore.state();
    return prompts === 'same' || (prompts === 'silent' && exclusive && !isShared);
  }

  /** Returns the listed job that this request must have made. Undefined without a proof. */
  async function provenJob(
    { job }: Doubt,
    { candidates, rivals }: Suspects,
    signal: AbortSignal,
  ): Promise<Listed | undefined> {
    const [only, ...others] = candidates;
    if (!only || others.length > 0 || rivals > 0 || job.tainted) return undefined;
    return (await isProven(job, only, signal)) ? only : undefined;
  }

  async function adopt({ job }: Doubt, { jobId, createdAt }: Listed): Promise<void> {
    const submittedAt = createdAt === undefined ? undefined : new Date(createdAt);
    if (await transitions.accepted(job.id, jobId, submittedAt)) log.info({ job: job.id }, 'job of a lost answer found');
  }

  /** Puts a job that the list does not show back into the queue, or gives it up. Called after the grace. */
  async function decideAbsence(doubt: Doubt, isWholeList: boolean): Promise<void> {
    const { job } = doubt;
    if (job.tainted) return giveUp(doubt, [], 'tainted');
    if (!isWholeList) return giveUp(doubt, [], 'the list was too long');
    await transitions.absent(job);
    log.info({ job: job.id }, 'lost request queued again');
  }

  return {
    async decide(doubt, suspects, isWholeList, signal) {
      const { candidates, rivals } = suspects;
      const isGraceOver = doubt.since > absenceGraceMs;
      if (candidates.length === 0) {
        if (isGraceOver) await decideAbsence(doubt, isWholeList);
        return;
      }
      const proven = await provenJob(doubt, suspects, signal);
      if (proven) await adopt(doubt, proven);
      else if (isGraceOver) await giveUp(doubt, candidates, rivals > 0 ? 'rivals' : 'no proof');
    },
    giveUp,
  };
}
