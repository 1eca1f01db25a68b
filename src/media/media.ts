/**
 * Pictures and videos as commands and platforms use them: taken in, found again, opened, removed. `find` checks whether a
 * person may use a picture. The other methods trust their callers.
 *
 * In this room: `files.ts` has the folder, `media-store.ts` the rows, `fetch/` brings results in, `uploads/` the pictures of
 * people and their copies at PhotoGPT. `fit.ts` makes a file fit a place, and `retention.ts` removes old files.
 */
import { readFile } from 'node:fs/promises';
import type { Attachment, Origin } from '../chat.ts';
import { isLink } from './fetch/link.ts';
import { isMediaId, type MediaFiles } from './files.ts';
import type { MediaStore, StoredMedia } from './media-store.ts';
import type { Ingest } from './uploads/ingest.ts';

/** The parts of the bot that this one needs. */
type MediaParts = {
  store: MediaStore;
  files: MediaFiles;
  ingest: Ingest;
  attachmentAt(url: string): Attachment;
  /** Whether a person may see a job, and so its pictures. */
  maySeeJob(id: number, origin: Origin): Promise<boolean>;
  /** Whether a picture is a photo of a trained model. */
  isPhoto(id: string): Promise<boolean>;
};

/** Pictures and videos, as commands and platforms use them. */
export type MediaAccess = ReturnType<typeof createMedia>;

/** Returns the access to pictures and videos. */
export function createMedia({ store, files, ingest, attachmentAt, maySeeJob, isPhoto }: MediaParts) {
  /**
   * Returns whether a person may use a picture. One that a job made is for those who may see the job. A reference is for
   * the people of the same place. A photo of a trained model is for the person who gave it.
   */
  async function mayUse(row: StoredMedia, origin: Origin): Promise<boolean> {
    if (row.platform !== origin.platform || row.tenant !== origin.tenant) return false;
    if (row.job !== null) return maySeeJob(row.job, origin);
    return row.person === origin.person.id || !(await isPhoto(row.id));
  }

  return {
    /** Takes in a picture of a person. Resolves with its id. */
    ingest: ingest,

    /** Returns an address that a person typed as an attachment. Undefined when it is none. */
    linked: (text: string): Attachment | undefined => (isLink(text) ? attachmentAt(text) : undefined),

    /** Returns the picture that `text` names, by id or as `41/2`. Undefined when this person may not use it. */
    async find(text: string, origin: Origin): Promise<StoredMedia | undefined> {
      const numbered = /^#?(\d{1,15})(?:\/(\d{1,3}))?$/.exec(text);
      const row = numbered
        ? (await store.ofJob(Number(numbered[1]))).find(({ image }) => image === Number(numbered[2] ?? 1))
        : isMediaId(text) && (await store.find(text));
      return row && (await mayUse(row, origin)) ? row : undefined;
    },

    /** Returns the bytes of a file or of a part of it. Undefined when it is not on this disk. */
    open: files.find,

    /** Returns a picture for a signed address of it. Undefined when it is not on this disk. */
    async picture(id: string) {
      const row = isMediaId(id) ? await store.find(id) : undefined;
      const stream = row && (await files.find(id));
      return row && stream && { stream, type: row.type, bytes: row.bytes };
    },

    /** Removes pictures of a call that failed. Those that a job or a model of the person uses stay. */
    async discard(ids: readonly string[], { platform, tenant, person }: Origin): Promise<void> {
      for (const id of ids) {
        if (await isPhoto(id)) continue;
        if (await store.removeUnused(id, { platform, tenant, person: person.id })) await files.remove(id);
      }
    },

    /** Returns a file for an upload. Undefined when it is not on this disk. */
    async bytesOf(id: string): Promise<{ bytes: Uint8Array; type: string } | undefined> {
      const row = await store.find(id);
      const bytes = row && (await readFile(files.path(id)).catch(() => undefined));
      return bytes && { bytes, type: row.type };
    },

    /** Removes the row and the file of a reference, even if something refers to it. */
    async forget(id: string): Promise<void> {
      if (await store.remove(id)) await files.remove(id);
    },

    /** Removes the files of a job. Their rows go with the job. */
    async removeOf(job: number): Promise<void> {
      for (const { id } of await store.ofJob(job)) await files.remove(id);
    },
  };
}
