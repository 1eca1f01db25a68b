/** The state of everything that the bot depends on, for `/status`. */
import type { Clock } from '../concurrency/clock.ts';
import { timedOut, withTimeout } from '../concurrency/with-timeout.ts';
import type { PhotoGPT } from '../photogpt/client.ts';
import type { OpenWork } from './metrics.ts';
import { statusTimeoutMs } from './timings.ts';

/**
 * The answer to `/status`. `uptime` is in seconds. `foreign` says that another program works with the key. `trouble` is
 * one word for the trouble of the database, absent while it takes writes. `states` and `foreign` come from the
 * database, so they are empty and false while it does not answer. `disk` says whether it takes pictures.
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
  /** `answers` is whether it takes writes. `troubleOf` puts one of its errors into one word. */
  database: { engine: string; answers(): Promise<boolean>; troubleOf(error: unknown): string | undefined };
  disk(): Promise<boolean>;
  version: string;
  clock: Clock;
};

/** Returns the function that looks at all parts at once. It never rejects: a part that fails is part of the answer. */
export function createStatus({ api, states, isForeign, database, disk, version, clock }: StatusParts) {
  const startedAt = clock.now();

  async function ping(signal: AbortSignal): Promise<Status['api']> {
    const askedAt = clock.now();
    try {
      await api.ping({}, { signal: AbortSignal.any([signal, AbortSignal.timeout(statusTimeoutMs)]) });
      return { ok: true, milliseconds: clock.now() - askedAt };
    } catch (error) {
      return { ok: false, reason: error instanceof Error ? error.message : 'no reason given' };
    }
  }

  /** Resolves with the value of `work`, or with `otherwise` when that takes too long. */
  async function inTime<T>(work: Promise<T>, otherwise: T): Promise<T> {
    const value = await withTimeout(work, statusTimeoutMs, clock);
    return value === timedOut ? otherwise : value;
  }

  async function databaseTrouble(): Promise<string | undefined> {
    try {
      return (await database.answers()) ? undefined : 'read-only';
    } catch (error) {
      return database.troubleOf(error) ?? 'broken';
    }
  }

  return async function status(signal: AbortSignal): Promise<Status> {
    const [answer, trouble, isWritable, open, foreign] = await Promise.all([
      ping(signal),
      inTime(databaseTrouble(), 'silent'),
      inTime(disk(), false),
      inTime(orElse(states(), []), []),
      inTime(orElse(isForeign(), false), false),
    ]);
    return {
      api: answer,
      states: open,
      database: { engine: database.engine, trouble },
      disk: isWritable,
      foreign,
      version,
      uptime: (clock.now() - startedAt) / 1_000,
    };
  };
}

/** Resolves with `otherwise` when `work` rejects. */
const orElse = <T>(work: Promise<T>, otherwise: T): Promise<T> => work.catch(() => otherwise);
