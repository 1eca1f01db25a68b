/** Watches everything that runs at PhotoGPT with as few questions as will do. */
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { PhotoGPT } from '../photogpt/client.ts';
import { PhotoGPTError, type Reason } from '../photogpt/error.ts';
import { backoff } from './backoff.ts';
import type { Experience } from './durations-store.ts';
import { enoughMisses, type InFlight, nextQuestion } from './plan.ts';
import type { RemoteStore } from './remote-store.ts';
import type { createSettle } from './settle.ts';

export type SweepParts = {
  api: PhotoGPT;
  remote: RemoteStore;
  experience: Experience;
  settle: ReturnType<typeof createSettle>;
  clock: Clock;
  random: () => number;
  log: Log;
};

/** The table is read whole this often, in milliseconds; between, only what was submitted lately. */
const refresh = 60_000;
/** Submissions are visible to us at most this long after the time they carry. */
const overlap = 30_000;
/** At most so many ended jobs are fetched at one time. */
const fetches = 4;
/** What is wrong with one job alone: no reason to leave the others waiting. */
const ownTrouble: ReadonlySet<Reason> = new Set<Reason>(['unreadable', 'input', 'conflict', 'safety']);
/** Questions in one step: after that, other work of the leader gets its turn. */
const questions = 20;

/**
 * Returns a step that asks what is worth asking, and tells whether it asked. The jobs in flight live in memory; they
 * are read from the table at the start and after `forget`, which a replica calls when it stops leading.
 */
export function createSweep({ api, remote, experience, settle, clock, random, log }: SweepParts) {
  let inFlight = new Map<string, InFlight>();
  let readAt = Number.NEGATIVE_INFINITY;
  let density = 20;
  let troubles = 0;

  async function read(): Promise<void> {
    const now = clock.now();
    const whole = now - readAt > refresh;
    const rows = await remote.running(whole ? undefined : new Date(readAt - overlap));
    const known = inFlight;
    if (whole) inFlight = new Map();
    for (const { id, remoteId, model, submittedAt } of rows) {
      const job = known.get(remoteId) ?? {
        id,
        remoteId,
        model,
        submittedAt: Number(submittedAt),
        seen: Number(submittedAt),
      };
      inFlight.set(remoteId, whole ? { ...job, misses: 0 } : job);
    }
    if (whole) readAt = now;
  }

  async function look(job: InFlight, signal: AbortSignal, sight?: Parameters<typeof settle>[2]): Promise<void> {
    const asked = clock.now();
    try {
      if (await settle(job, signal, sight)) {
        inFlight.delete(job.remoteId);
        return;
      }
    } catch (error) {
      if (!(error instanceof PhotoGPTError) || !ownTrouble.has(error.reason)) throw error;
      log.warn({ err: error, job: job.id }, 'PhotoGPT answers, but not in a way that tells how this job stands');
    }
    job.seen = asked;
  }

  async function readPages(pages: number, since: number, signal: AbortSignal): Promise<void> {
    const missing = new Set([...inFlight.values()].filter(({ submittedAt }) => submittedAt >= since));
    // Ends can be listed up to a minute before we asked, by clocks that differ; the list starts at the oldest job.
    const start = Math.min(...[...inFlight.values()].map((job) => job.submittedAt)) - 60_000;
    let pageToken: string | undefined;
    let [shown, oldest] = [0, Number.POSITIVE_INFINITY];
    for (let page = 0; page < pages; page += 1) {
      const asked = clock.now();
      const answer = await api.listJobs(
        { start: Math.max(start, asked - 7 * 86_400_000 + 60_000), pageToken },
        { signal },
      );
      const ours = answer.jobs.flatMap((listed) => {
        const job = inFlight.get(listed.jobId);
        return job ? [{ job, listed }] : [];
      });
      for (const { job, listed } of ours) {
        missing.delete(job);
        job.misses = 0;
        if (listed.status === 'running') job.seen = asked;
      }
      const ended = ours.filter(({ listed }) => listed.status !== 'running');
      shown += ours.length;
      oldest = Math.min(oldest, ...answer.jobs.map(({ createdAt = oldest }) => createdAt));
      for (let from = 0; from < ended.length; from += fetches) {
        const batch = ended.slice(from, from + fetches);
        await Promise.all(batch.map(({ job, listed }) => look(job, signal, listed)));
      }
      pageToken = answer.nextPageToken;
      if (!pageToken) {
        oldest = Number.NEGATIVE_INFINITY;
        break;
      }
    }
    // Too few pages, because they hold less of ours than was thought: the next reading asks for more of them.
    const tooShort = [...missing].some(({ submittedAt }) => submittedAt < oldest);
    density = tooShort ? Math.min(density, shown / pages) : 0.8 * density + (0.2 * shown) / pages;
    // What should have been there is asked after by itself from now on, once it is worth a call of its own.
    for (const job of missing) job.misses = job.submittedAt < oldest ? (job.misses ?? 0) + 1 : enoughMisses;
  }

  return {
    async step(signal: AbortSignal): Promise<boolean> {
      await read();
      for (let asked = 0; asked < questions; asked += 1) {
        if (inFlight.size === 0 || signal.aborted) return asked > 0;
        const question = nextQuestion([...inFlight.values()], clock.now(), experience.of, density);
        if (!question) return asked > 0;
        if ((await remote.state()).pausedFor > 0) return false;
        try {
          if (question.kind === 'job') await look(question.job, signal);
          else await readPages(question.pages, question.since, signal);
          troubles = 0;
        } catch (error) {
          if (!(error instanceof PhotoGPTError)) throw error;
          troubles += 1;
          const wait = error.retryAfter ?? backoff(troubles, random);
          log.warn({ err: error, wait }, 'PhotoGPT does not tell how jobs stand');
          await remote.pause(wait);
          return false;
        }
      }
      return true;
    },
    /** How many jobs are being watched. */
    size: () => inFlight.size,
    forget(): void {
      inFlight = new Map();
      readAt = Number.NEGATIVE_INFINITY;
    },
  };
}
