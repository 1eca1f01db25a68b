/** How everything is, for `/status`. */
import type { Clock } from '../clock.ts';
import type { PhotoGPT } from '../photogpt/client.ts';
import type { OpenJobs } from './metrics.ts';

/** `uptime` in seconds. `foreign` says that somebody else works with the key. */
export type Status = {
  api: { ok: true; milliseconds: number } | { ok: false; reason: string };
  states: OpenJobs[];
  database: string;
  foreign: boolean;
  version: string;
  uptime: number;
};

type StatusParts = {
  api: Pick<PhotoGPT, 'ping'>;
  states(): Promise<OpenJobs[]>;
  isForeign(): Promise<boolean>;
  database: string;
  version: string;
  clock: Clock;
};

/** A person waits for the answer, so PhotoGPT gets three seconds. */
const patience = 3_000;

/** Returns what looks at everything at once. Rejects only when the database does not answer. */
export function createStatus({ api, states, isForeign, database, version, clock }: StatusParts) {
  const startedAt = clock.now();

  async function ping(signal: AbortSignal): Promise<Status['api']> {
    const askedAt = clock.now();
    try {
      await api.ping({}, { signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]) });
      return { ok: true, milliseconds: clock.now() - askedAt };
    } catch (error) {
      return { ok: false, reason: error instanceof Error ? error.message : 'no reason given' };
    }
  }

  return async function status(signal: AbortSignal): Promise<Status> {
    const [answer, open, foreign] = await Promise.all([ping(signal), states(), isForeign()]);
    return { api: answer, states: open, database, foreign, version, uptime: (clock.now() - startedAt) / 1000 };
  };
}
