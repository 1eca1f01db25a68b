/**
 * The record of what reached the sandbox: a count of all requests, the last ones in full, and each job with its
 * request.
 */
import type { Job, State } from './state.ts';

/**
 * One request. `time` is in milliseconds since 1970. `status` is absent while it is under way, and 0 if the connection
 * was cut.
 */
export type RequestEntry = {
  number: number;
  time: number;
  operation: string;
  method: string;
  path: string;
  key: string;
  body?: unknown;
  status?: number;
  /** Whether it met a fault. */
  faulty: boolean;
};

/** The record of a sandbox. */
export type Ledger = ReturnType<typeof createLedger>;

/** Requests that the record holds in full. */
const maxRequests = 10_000;
/** Longest body to record, in characters of JSON. Prompts have at most 20,000. */
const maxBodyLength = 50_000;

/** Returns an empty record. */
export function createLedger({ state }: { state: State }) {
  const recent: RequestEntry[] = [];
  const counters = new Map<string, { calls: number; statuses: Record<string, number> }>();
  const causes = new Map<string, { request: RequestEntry; kind: Job['kind'] }>();
  let number = 0;

  return {
    /** Counts a request as it arrives, and returns its entry. */
    open(request: Omit<RequestEntry, 'number' | 'faulty'>): RequestEntry {
      number += 1;
      const tooLong = request.body !== undefined && JSON.stringify(request.body).length > maxBodyLength;
      const entry = { ...request, ...(tooLong && { body: undefined }), number, faulty: false };
      recent.push(entry);
      // Trimmed by a tenth at a time, because each cut moves the whole array.
      if (recent.length > maxRequests * 1.1) recent.splice(0, recent.length - maxRequests);
      const counter = counters.get(request.operation) ?? { calls: 0, statuses: {} };
      counter.calls += 1;
      counters.set(request.operation, counter);
      return entry;
    },
    /** Records the status of its answer. */
    close(entry: RequestEntry, answer: { status: number } | 'cut') {
      const status = answer === 'cut' ? 0 : answer.status;
      entry.status = status;
      const counter = counters.get(entry.operation);
      if (counter) counter.statuses[status] = (counter.statuses[status] ?? 0) + 1;
    },
    /** Records the request that started a job. */
    started(job: Job, request: RequestEntry) {
      causes.set(job.id, { request, kind: job.kind });
      for (const id of causes.keys()) {
        if (causes.size <= state.jobs.size) break;
        if (!state.jobs.has(id)) causes.delete(id);
      }
    },
    /**
     * Returns every job that is still remembered, in the order of their start. `ended` is `Infinity` for one that never
     * ends.
     */
    jobs() {
      return [...state.jobs.values()].map((job) => ({
        jobId: job.id,
        kind: job.kind,
        key: job.owner,
        modelID: job.modelID,
        prompt: job.prompt,
        credits: job.credits,
        failure: job.failure,
        timeline: { ...job.timeline },
        pictures: [...job.pictures],
        videos: [...job.videos],
        request: causes.get(job.id)?.request,
      }));
    },
    /** Returns the number of calls and of each status by operation. */
    requests: () => Object.fromEntries([...counters].map(([name, counter]) => [name, structuredClone(counter)])),
    /** Returns the last requests, oldest first. */
    recent: (): readonly RequestEntry[] => recent,
    /** Returns the credits left on a key. Undefined for an unknown key. */
    credits: (key: string) => state.accounts.get(key)?.credits,
  };
}
