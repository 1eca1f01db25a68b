/** Frees the disk of old files: each is judged by its age on this disk and by what its row says. */
import type { Clock } from '../concurrency/clock.ts';
import type { MediaFiles } from './files.ts';
import type { MediaStore } from './media-store.ts';

/** Folders that are looked at in one step; a media folder has at most 4,096. */
const foldersAtOnce = 8;
const day = 86_400_000;

export type RetentionParts = {
  files: Pick<MediaFiles, 'folders' | 'olderThan' | 'remove'>;
  store: Pick<MediaStore, 'standing' | 'removeReferences'>;
  /** Days; 0 keeps everything for ever. */
  days: number;
  clock: Pick<Clock, 'now'>;
};

/**
 * Returns a step that looks at a few folders and begins anew after the last. Favourites, photos of trained models and
 * what unfinished work needs stay. A result loses its file only: it is fetched again where somebody wants to see it and
 * PhotoGPT still has it. A picture that somebody gave is forgotten altogether, and so is a file that no row knows.
 */
export function createRetention({ files, store, days, clock }: RetentionParts) {
  let waiting: string[] = [];

  return async function step(): Promise<void> {
    if (days === 0) return;
    if (waiting.length === 0) waiting = await files.folders();
    for (const folder of waiting.splice(0, foldersAtOnce)) {
      const old = await files.olderThan(folder, clock.now() - days * day);
      if (old.length === 0) continue;
      const { kept, references, results } = await store.standing(old);
      const forgotten = references.length > 0 ? await store.removeReferences({ ids: references }, old.length) : [];
      const unknown = old.filter((id) => !kept.has(id) && !references.includes(id) && !results.includes(id));
      for (const id of [...results, ...forgotten, ...unknown]) await files.remove(id);
    }
  };
}
