/** Pictures as the rest of the bot handles them: kept, found again by those who may see them, opened. */
import { readFile } from 'node:fs/promises';
import type { Attachment, Origin } from '../chat.ts';
import { isLink } from './fetch/link.ts';
import { isMediaId, type MediaFiles } from './files.ts';
import type { MediaStore, StoredMedia } from './media-store.ts';
import type { Keep } from './uploads/keep.ts';

type MediaParts = {
  store: MediaStore;
  files: MediaFiles;
  keep: Keep;
  attachmentAt(url: string): Attachment;
  maySeeJob(id: number, origin: Origin): Promise<boolean>;
  isPhoto(id: string): Promise<boolean>;
};

export type MediaAccess = ReturnType<typeof createMedia>;

/** `maySeeJob` decides about pictures that a job made, `isPhoto` tells the photos of somebody's trained model. */
export function createMedia({ store, files, keep, attachmentAt, maySeeJob, isPhoto }: MediaParts) {
  /**
   * Pictures are seen by whoever may see the job that made them; references by the people of the same place; photos of
   * a trained model by the person who gave them only.
   */
  async function mayUse(row: StoredMedia, origin: Origin): Promise<boolean> {
    if (row.platform !== origin.platform || row.tenant !== origin.tenant) return false;
    if (row.job !== null) return maySeeJob(row.job, origin);
    return row.person === origin.person.id || !(await isPhoto(row.id));
  }

  return {
    keep,
    /** An address that somebody typed, as an attachment; undefined when it is none. */
    linked: (text: string): Attachment | undefined => (isLink(text) ? attachmentAt(text) : undefined),

    /** The kept picture that `text` names, by id or as `41/2`, if this person may use it. */
    async find(text: string, origin: Origin): Promise<StoredMedia | undefined> {
      const numbered = /^#?(\d{1,15})(?:\/(\d{1,3}))?$/.exec(text);
      const row = numbered
        ? (await store.ofJob(Number(numbered[1]))).find(({ image }) => image === Number(numbered[2] ?? 1))
        : isMediaId(text) && (await store.find(text));
      return row && (await mayUse(row, origin)) ? row : undefined;
    },

    open: files.find,

    /** A kept picture for whoever has a signed address of it. */
    async picture(id: string) {
      const row = isMediaId(id) ? await store.find(id) : undefined;
      const stream = row && (await files.find(id));
      return row && stream && { stream, type: row.type, bytes: row.bytes };
    },

    /** Forgets files that were kept for a call of which nothing came. What a job or a model of that person uses stays. */
    async discard(ids: readonly string[], { platform, tenant, person }: Origin): Promise<void> {
      for (const id of ids) {
        if (await isPhoto(id)) continue;
        if (await store.removeUnused(id, { platform, tenant, person: person.id })) await files.remove(id);
      }
    },

    /** A kept file as it can be handed over; undefined when it is not on this disk. */
    async bytesOf(id: string): Promise<{ bytes: Uint8Array; type: string } | undefined> {
      const row = await store.find(id);
      const bytes = row && (await readFile(files.path(id)).catch(() => undefined));
      return bytes && { bytes, type: row.type };
    },

    /** Takes a picture that somebody gave out of the table and off the disk, whatever refers to it. */
    async forget(id: string): Promise<void> {
      if (await store.remove(id)) await files.remove(id);
    },

    /** Takes the files of a job off the disk. Their rows go with the job. */
    async removeOf(job: number): Promise<void> {
      for (const { id } of await store.ofJob(job)) await files.remove(id);
    },
  };
}
