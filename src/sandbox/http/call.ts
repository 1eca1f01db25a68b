/** The types of routes: an authorised request, its answer, and the parts that routes work with. */
import type { JobFault } from '../faults/fault-shapes.ts';
import type { Guesses } from '../guesses.ts';
import type { SandboxJobs } from '../jobs/jobs.ts';
import type { RequestEntry } from '../jobs/ledger.ts';
import type { Records } from '../jobs/records.ts';
import type { Account, State } from '../jobs/state.ts';
import type { MediaFiles } from '../media/media-files.ts';
import type { ReferenceFetcher } from '../media/reference-fetcher.ts';
import type { Renderer } from '../media/renderer.ts';
import type { Operation } from './operations.ts';

/**
 * An authorised request. `id` is from its path, `body` is parsed JSON, `form` a multipart body. `now` is in
 * milliseconds since 1970.
 */
export type Call = {
  now: number;
  account: Account;
  id: string;
  query: Record<string, string>;
  body: unknown;
  form: FormData | undefined;
  request: RequestEntry;
  fault: JobFault | undefined;
};

/** A successful answer. `body` goes beside `"status": "OK"`. `code` is the HTTP status, 200 if absent. */
export type Answer = { code?: number; body: { result?: unknown; message?: string; page?: number; pageSize?: number } };

/** Answers one operation. Throws `Problem` for a NOK. */
export type Route = (call: Call) => Answer | Promise<Answer>;

/** The routes by operation. */
export type Routes = Record<Operation, Route>;

/** The parts that routes work with. `speed` divides every duration. `token` returns a new unguessable text. */
export type Parts = {
  state: State;
  guesses: Guesses;
  records: Records;
  jobs: SandboxJobs;
  renderer: Renderer;
  mediaFiles: MediaFiles;
  fetchReference: ReferenceFetcher;
  mediaUrl: (token: string, name?: string) => string;
  token: () => string;
  strict: boolean;
  speed: number;
};
