/** One authorised request on its way to a route, and what every route is made of. */
import type { JobFault } from '../faults/faults.ts';
import type { Guesses } from '../guesses.ts';
import type { SandboxJobs } from '../jobs/jobs.ts';
import type { RequestEntry } from '../jobs/ledger.ts';
import type { Records } from '../jobs/records.ts';
import type { Account, State } from '../jobs/state.ts';
import type { MediaFiles } from '../media/media-files.ts';
import type { References } from '../media/reference-fetcher.ts';
import type { Renderer } from '../media/renderer.ts';
import type { Operation } from './operations.ts';

/** `id` is what stands in the path, `body` parsed JSON, `form` a multipart body. `now` is in milliseconds since 1970. */
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

/** Goes beside `"status": "OK"`; `code` is the HTTP status, 200 if absent. */
export type Answer = { code?: number; body: { result?: unknown; message?: string; page?: number; pageSize?: number } };

export type Route = (call: Call) => Answer | Promise<Answer>;

export type Routes = Record<Operation, Route>;

/** What routes work with. `speed` divides every duration; `token` makes something that nobody can guess. */
export type Parts = {
  state: State;
  guesses: Guesses;
  records: Records;
  jobs: SandboxJobs;
  renderer: Renderer;
  mediaFiles: MediaFiles;
  references: References;
  mediaUrl: (token: string, name?: string) => string;
  token: () => string;
  strict: boolean;
  speed: number;
};
