/** Takes everything that belongs to a person out of the bot, and has PhotoGPT delete its side, one after the other. */
import type { Origin } from '../chat.ts';
import type { Log } from '../log.ts';
import type { PhotoGPT } from '../photogpt/client.ts';
import { PhotoGPTError } from '../photogpt/error.ts';
import type { ErasuresStore } from './erasures-store.ts';

type Owner = { platform: string; tenant: string; person: string };

/** `left` jobs are still on the way and cannot be erased before they end; `there` is false where a model is still at PhotoGPT. */
export type Erased = {
  jobs: number;
  files: number;
  models: number;
  there: boolean;
  favourites: number;
  defaults: boolean;
  left: number;
};

export type EraseParts = {
  store: ErasuresStore;
  api: PhotoGPT;
  jobs: {
    unfinished(owner: Owner): Promise<{ id: number }[]>;
    cancel(id: number): Promise<unknown>;
    removeOf(owner: Owner, limit: number): Promise<string[][]>;
  };
  media: {
    removeReferences(which: { of: Owner }, limit: number): Promise<string[]>;
    forgetFavourites(owner: Owner): Promise<number>;
  };
  removeFile(id: string): Promise<void>;
  models: {
    owned(origin: Origin): Promise<string[]>;
    remove(typed: string, origin: Origin, signal: AbortSignal): Promise<{ there: boolean }>;
  };
  forgetDefaults(origin: Origin): Promise<boolean>;
  log: Log;
};

/** So many rows go in one statement, and so many statements at most: 100,000 jobs of one person. */
const [batch, batches] = [200, 500];
/** Deletions at PhotoGPT in one step: they must not crowd out what people are waiting for. */
const atOnce = 5;
/** After about ten days of asking every day, PhotoGPT is not going to. */
const mostAttempts = 20;

export function createErase(parts: EraseParts) {
  const { store, api, jobs, media } = parts;

  /** Repeats until a batch comes back smaller than it could be. */
  async function all<T>(some: () => Promise<T[]>): Promise<T[]> {
    const gone: T[] = [];
    for (let round = 0; round < batches; round += 1) {
      const rows = await some();
      gone.push(...rows);
      if (rows.length < batch) break;
    }
    return gone;
  }

  async function deleteThere({ kind, remoteId }: { kind: 'image' | 'video'; remoteId: string }, signal: AbortSignal) {
    await (kind === 'image'
      ? api.deleteImage({ imageID: remoteId }, { signal })
      : api.deleteVideo({ videoID: remoteId }, { signal })
    ).catch((error: unknown) => {
      if (!(error instanceof PhotoGPTError) || error.reason !== 'missing') throw error;
    });
  }

  return {
    /** What this person has in this place. Can be repeated: a second time finds what was left. */
    async person(origin: Origin, signal: AbortSignal): Promise<Erased> {
      const owner = { platform: origin.platform, tenant: origin.tenant, person: origin.person.id };
      for (const { id } of await jobs.unfinished(owner)) await jobs.cancel(id);
      const answers: boolean[] = [];
      for (const model of await parts.models.owned(origin)) {
        answers.push((await parts.models.remove(model, origin, signal)).there);
      }
      // Before what they are: they would go with it uncounted.
      const favourites = await media.forgetFavourites(owner);
      const gone = await all(() => jobs.removeOf(owner, batch));
      const references = await all(() => media.removeReferences({ of: owner }, batch));
      const files = [...gone.flat(), ...references];
      for (const id of files) await parts.removeFile(id);
      return {
        jobs: gone.length,
        files: files.length,
        models: answers.length,
        there: answers.every(Boolean),
        favourites,
        defaults: await parts.forgetDefaults(origin),
        left: (await jobs.unfinished(owner)).length,
      };
    },

    /** Has PhotoGPT delete some of what is due. True when there may be more. */
    async step(signal: AbortSignal): Promise<boolean> {
      const due = await store.claim(atOnce);
      for (const erasure of due) {
        try {
          await deleteThere(erasure, signal);
          await store.done(erasure.remoteId);
        } catch (error) {
          if (!(error instanceof PhotoGPTError)) throw error;
          if (erasure.attempts < mostAttempts) continue;
          parts.log.error({ err: error, remoteId: erasure.remoteId }, 'PhotoGPT does not delete what was erased');
          await store.done(erasure.remoteId);
        }
      }
      return due.length === atOnce;
    },
  };
}

export type Erase = ReturnType<typeof createErase>;
