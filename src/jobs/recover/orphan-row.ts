/** Turns a job on PhotoGPT's list into the row of an orphan: a job there that no row of ours owns. */
import type { Listed } from '../poll/list/read-list.ts';
import type { Orphan } from '../state/api-key-store.ts';

/** Returns the row, without the key. `verdict` says why no row owns the job. */
export function orphanOf(
  { jobId, credits, createdAt }: Listed,
  verdict: Orphan['verdict'],
): Omit<Orphan, 'key' | 'seenAt'> {
  const remoteCreatedAt = createdAt === undefined ? undefined : new Date(createdAt);
  return { remoteId: jobId, verdict, credits, remoteCreatedAt };
}
