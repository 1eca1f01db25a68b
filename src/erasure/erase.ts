/**
 * Erases everything of a person: `erase.person` at once here, and `erase.step` later at PhotoGPT.
 *
 * Rows and files go in one call. Each deleted row leaves erasures for its pictures and videos at PhotoGPT, and `step` has
 * PhotoGPT delete a few of them at a time. `erasures-store.ts` has their rows and waits.
 */
import type { Origin } from '../chat.ts';
import type { Log } from '../log.ts';
import type { PhotoGPT } from '../photogpt/client.ts';
import { PhotoGPTError } from '../photogpt/error.ts';
import type { ErasuresStore } from './erasures-store.ts';

/** A person in one place. */
type Owner = { platform: string; tenant: string; person: string };

/** The result of an erasure, in numbers for the person. */
export type ErasureReport = {
  jobs: number;
  files: number;
  models: number;
  /** Whether PhotoGPT has deleted all of the models. Otherwise the bot asks again later. */
  there: boolean;
  favourites: number;
  /** Whether there were defaults. */
  defaults: boolean;
  /** Jobs that are still on the way, and cannot be erased before they end. */
  left: number;
};

/** The parts of the bot that erasing needs. */
export type EraseParts = {
  store: ErasuresStore;
  api: PhotoGPT;
  jobs: {
    unfinished(owner: Owner): Promise<{ id: number }[]>;
    cancel(id: number): Promise<unknown>;
    /** Removes ended jobs. Resolves with the ids of the files of each. */
    removeOf(owner: Owner, limit: number): Promise<string[][]>;
  };
  media: {
    removeReferences(which: { of: Owner }, limit: number): Promise<string[]>;
    forgetFavourites(owner: Owner): Promise<number>;
  };
  removeFile(id: string): Promise<void>;
  models: {
    owned(origin: Origin): Promise<string[]>;
    /** Deletes a model. `there` says whether PhotoGPT has deleted it too. */
    remove(typed: string, origin: Origin, signal: AbortSignal): Promise<{ there: boolean }>;
  };
  forgetDefaults(origin: Origin): Promise<boolean>;
  log: Log;
};

/** Rows that one statement removes. */
const batchSize = 200;

/** Most statements of one erasure: with 200 rows each, 100,000 jobs of one person. */
const maxBatches = 500;

/** Deletions at PhotoGPT in one step. More would crowd out the calls that people wait for. */
const deletionsPerStep = 5;

/** Most attempts to delete one thing. After about ten days of one attempt a day, PhotoGPT is not going to. */
const maxAttempts = 20;

/** Returns the two steps of erasing. */
export function createErase(parts: EraseParts) {
  const { store, api, jobs, media } = parts;

  /** Repeats `removeBatch` until a batch is not full. Returns all that was removed. */
  async function removeAll<T>(removeBatch: () => Promise<T[]>): Promise<T[]> {
    const removed: T[] = [];
    for (let round = 0; round < maxBatches; round += 1) {
      const rows = await removeBatch();
      removed.push(...rows);
      if (rows.length < batchSize) break;
    }
    return removed;
  }

  /** Has PhotoGPT delete one picture or video. One that it does not have counts as deleted. */
  async function deleteRemote({ kind, remoteId }: { kind: 'image' | 'video'; remoteId: string }, signal: AbortSignal) {
    await (kind === 'image'
      ? api.deleteImage({ imageID: remoteId }, { signal })
      : api.deleteVideo({ videoID: remoteId }, { signal })
    ).catch((error: unknown) => {
      if (!(error instanceof PhotoGPTError) || error.reason !== 'missing') throw error;
    });
  }

  return {
    /** Erases everything of this person in this place. A repetition finds the jobs that were still on the way. */
    async person(origin: Origin, signal: AbortSignal): Promise<ErasureReport> {
      const owner = { platform: origin.platform, tenant: origin.tenant, person: origin.person.id };
      for (const { id } of await jobs.unfinished(owner)) await jobs.cancel(id);
      const deletions: boolean[] = [];
      for (const model of await parts.models.owned(origin)) {
        deletions.push((await parts.models.remove(model, origin, signal)).there);
      }
      // Before the pictures, with which favourites would go uncounted.
      const favourites = await media.forgetFavourites(owner);
      const filesOfJobs = await removeAll(() => jobs.removeOf(owner, batchSize));
      const references = await removeAll(() => media.removeReferences({ of: owner }, batchSize));
      const files = [...filesOfJobs.flat(), ...references];
      for (const id of files) await parts.removeFile(id);
      return {
        jobs: filesOfJobs.length,
        files: files.length,
        models: deletions.length,
        there: deletions.every(Boolean),
        favourites,
        defaults: await parts.forgetDefaults(origin),
        left: (await jobs.unfinished(owner)).length,
      };
    },

    /** Has PhotoGPT delete some of the due erasures. Resolves with whether there may be more. */
    async step(signal: AbortSignal): Promise<boolean> {
      const due = await store.claim(deletionsPerStep);
      for (const erasure of due) {
        try {
          await deleteRemote(erasure, signal);
          await store.done(erasure.remoteId);
        } catch (error) {
          if (!(error instanceof PhotoGPTError)) throw error;
          if (erasure.attempts < maxAttempts) continue;
          parts.log.error({ err: error, remoteId: erasure.remoteId }, 'deletion at PhotoGPT failed for good');
          await store.done(erasure.remoteId);
        }
      }
      return due.length === deletionsPerStep;
    },
  };
}

/** The two steps of erasing. */
export type Erase = ReturnType<typeof createErase>;
