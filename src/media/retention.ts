/** Frees the disk of old files: each is judged by its age on this disk and by its row. */
import type { Clock } from '../concurrency/clock.ts';
import type { MediaFiles } from './files.ts';
import type { MediaStore } from './media-store.ts';
import { dayMs } from './timings.ts';

/** Folders in one step. A media folder has at most 4,096. */
const foldersPerStep = 8;

/** The parts of the bot that retention needs. */
export type RetentionParts = {
  files: Pick<MediaFiles, 'folders' | 'olderThan' | 'remove'>;
  store: Pick<MediaStore, 'sortByUse' | 'removeReferences'>;
  /** Days that files stay. 0 keeps everything for ever. */
  days: number;
  clock: Pick<Clock, 'now'>;
};

/**
 * Returns a step that looks at a few folders, and begins anew after the last one. Favourites, photos of trained models and
 * references of unfinished jobs stay.
 *
 * A result loses its file only. It is fetched again when a person wants to see it and PhotoGPT still has it. A reference
 * goes with its row, and so does a file without a row.
 */
export function createRetention({ files, store, days, clock }: RetentionParts) {
  let waitingFolders: string[] = [];

  async function freeFolder(folder: string): Promise<void> {
    const old = await files.olderThan(folder, clock.now() - days * dayMs);
    if (old.length === 0) return;
    const { inUse, references, results } = await store.sortByUse(old);
    const removed = references.length > 0 ? await store.removeReferences({ ids: references }, old.length) : [];
    const known = new Set([...inUse, ...references, ...results]);
    const strays = old.filter((id) => !known.has(id));
    for (const id of [...results, ...removed, ...strays]) await files.remove(id);
  }

  return async function step(): Promise<void> {
    if (days === 0) return;
    if (waitingFolders.length === 0) waitingFolders = await files.folders();
    for (const folder of waitingFolders.splice(0, foldersPerStep)) await freeFolder(folder);
  };
}
