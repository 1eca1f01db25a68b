/** What reached the sandbox and what came of it: every request counted, the last ones kept, every job with its request. */
import type { Job, State } from './state.ts';

/** Times in milliseconds since 1970; `status` is absent while it is under way, and 0 if the connection was cut. */
export type RequestEntry = {
  number: number;
  time: number;
  operation: string;
  method: string;
  path: string;
  key: string;
  body?: unknown;
  status?: number;
  /** Whether it met a fault that was set on purpose. */
  faulty: boolean;
};

export type Ledger = ReturnType<typeof createLedger>;

const requestsKept = 10_000;
/** A body that is longer as JSON is not kept; prompts have at most 20,000 characters. */
const longestBody = 50_000;

export function createLedger({ state }: { state: State }) {
  const recent: RequestEntry[] = [];
  const counters = new Map<string, { calls: number; statuses: Record<string, number> }>();
  const causes = new Map<string, { request: RequestEntry; kind: Job['kind'] }>();
  let number = 0;

  return {
    /** Counts a request as it arrives. */
    open(request: Omit<RequestEntry, 'number' | 'faulty'>): RequestEntry {
      number += 1;
      const tooLong = request.body !== undefined && JSON.stringify(request.body).length > longestBody;
      const entry = { ...request, ...(tooLong && { body: undefined }), number, faulty: false };
      recent.push(entry);
      // Trimmed by the tenth: cutting off one at a time would move the whole array with every request.
      if (recent.length > requestsKept * 1.1) recent.splice(0, recent.length - requestsKept);
      const counter = counters.get(request.operation) ?? { calls: 0, statuses: {} };
      counter.calls += 1;
      counters.set(request.operation, counter);
      return entry;
    },
    /** Notes how it was answered. */
    close(entry: RequestEntry, answer: { status: number } | 'cut') {
      const status = answer === 'cut' ? 0 : answer.status;
      entry.status = status;
      const counter = counters.get(entry.operation);
      if (counter) counter.statuses[status] = (counter.statuses[status] ?? 0) + 1;
    },
    /** Notes which request started a job. */
    started(job: Job, request: RequestEntry) {
      causes.set(job.id, { request, kind: job.kind });
      for (const id of causes.keys()) {
        if (causes.size <= state.jobs.size) break;
        if (!state.jobs.has(id)) causes.delete(id);
      }
    },
    /** Every job still remembered, in the order they were started. `ended` in its timeline is `Infinity` if it never ends. */
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
    /** How often each operation was called and with what status it was answered. */
    requests: () => Object.fromEntries([...counters].map(([name, counter]) => [name, structuredClone(counter)])),
    /** The last requests, oldest first. */
    recent: (): readonly RequestEntry[] => recent,
    /** What is left on a key. */
    credits: (key: string) => state.accounts.get(key)?.credits,
  };
}
