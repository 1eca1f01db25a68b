/** How everything is, for `/status`. */
import type { Clock } from '../concurrency/clock.ts';
import type { PhotoGPT } from '../photogpt/client.ts';
import type { OpenWork } from './metrics.ts';

/**
 * `uptime` in seconds. `foreign` says that somebody else works with the key. `trouble` is one word for what is the matter
 * with the database, absent while it keeps what it is given; `states` and `foreign` are as good as it knows. `disk` says
 * whether pictures can be kept.
 */
export type Status = {
  api: { ok: true; milliseconds: number } | { ok: false; reason: string };
  states: OpenWork[];
  database: { engine: string; trouble?: string };
  disk: boolean;
  foreign: boolean;
  version: string;
  uptime: number;
};

type StatusParts = {
  api: Pick<PhotoGPT, 'ping'>;
  states(): Promise<OpenWork[]>;
  isForeign(): Promise<boolean>;
  /** `answers` is whether it takes writes; `troubleOf` puts an error of its into one word. */
  database: { engine: string; answers(): Promise<boolean>; troubleOf(error: unknown): string | undefined };
  disk(): Promise<boolean>;
  version: string;
  clock: Clock;
};

/** A person waits for the answer, so nothing gets more than three seconds. */
const patience = 3_000;

/** Returns what looks at everything at once. Never rejects: what does not answer is part of what it tells. */
export function createStatus({ api, states, isForeign, database, disk, version, clock }: StatusParts) {
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

  /** What something comes to in time, or something else in its place. */
  async function inTime<T>(work: Promise<T>, otherwise: T): Promise<T> {
    const over = new AbortController();
    const late = clock.sleep(patience, over.signal).then(() => otherwise);
    try {
      return await Promise.race([work, late]);
    } finally {
      over.abort();
    }
  }

  const troubleWith = (work: Promise<boolean>) =>
    work.then(
      (writes) => (writes ? undefined : 'read-only'),
      (error: unknown) => database.troubleOf(error) ?? 'broken',
    );

  return async function status(signal: AbortSignal): Promise<Status> {
    const [answer, trouble, isWritable, open, foreign] = await Promise.all([
      ping(signal),
      inTime(troubleWith(database.answers()), 'silent'),
      inTime(disk(), false),
      inTime(
        states().catch(() => []),
        [],
      ),
      inTime(
        isForeign().catch(() => false),
        false,
      ),
    ]);
    const { engine } = database;
    const uptime = (clock.now() - startedAt) / 1000;
    return { api: answer, states: open, database: { engine, trouble }, disk: isWritable, foreign, version, uptime };
  };
}
