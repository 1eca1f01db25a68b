/**
 * The media folder: one file for each picture or video, named by its id, for example `media/Yx/Yx3…`. A file that is
 * still being written is a draft in `media/arriving/`, and moves to its place in one step.
 */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';

/** The files in the media folder. */
export type MediaFiles = ReturnType<typeof createMediaFiles>;

/** Returns whether a text is the id of a file: 22 URL-safe characters, 128 random bits. No other text becomes part of a path. */
export const isMediaId = (text: string): boolean => /^[A-Za-z0-9_-]{22}$/.test(text);

/** Codes of a disk that takes nothing more: full, over a quota, or for reading only. */
const diskTroubles = new Set(['ENOSPC', 'EDQUOT', 'EROFS']);

/** Returns whether a disk that takes nothing more is behind an error or its causes. */
export function isDiskTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && diskTroubles.has(String(error.code))) || isDiskTrouble(error.cause);
}

/** Bytes of a small picture. A disk that has no room for them has room for nothing. */
const sample = Buffer.alloc(64 * 1024);

/** Returns the files in `folder`, which need not exist yet. */
export function createMediaFiles(folder: string) {
  // Folders by the first two characters hold a thousand files each, and stay quick to list and to back up.
  const path = (id: string) => {
    if (!isMediaId(id)) throw new Error('not the id of a kept file');
    return join(folder, id.slice(0, 2), id);
  };

  async function draft(): Promise<string> {
    const arriving = join(folder, 'arriving');
    await mkdir(arriving, { recursive: true });
    return join(arriving, randomBytes(12).toString('hex'));
  }

  return {
    /** Returns an id that nobody can guess. */
    newId: () => randomBytes(16).toString('base64url'),

    /** Returns the path of a file. Throws when `id` is no id. */
    path,

    /** Returns the path of a new draft, on the same disk. Its caller removes it. */
    draft,

    /** Resolves with whether the disk takes files, by writing one. */
    async takesWrites(): Promise<boolean> {
      const path = await draft().catch(() => undefined);
      if (path === undefined) return false;
      try {
        await writeFile(path, sample);
        return true;
      } catch {
        return false;
      } finally {
        await rm(path, { force: true }).catch(() => undefined);
      }
    },

    /** Moves a finished draft to its place, in one step. */
    async settle(draft: string, id: string): Promise<void> {
      await mkdir(dirname(path(id)), { recursive: true });
      await rename(draft, path(id));
    },

    /** Returns the length of a file in bytes. Undefined when it is not on this disk. */
    size: async (id: string): Promise<number | undefined> => (await stat(path(id)).catch(() => undefined))?.size,

    /** Returns the bytes from `start` to `end`, both included. All of them without a range. */
    open: (id: string, range?: { start: number; end: number }): Readable => createReadStream(path(id), range),

    /** Returns the bytes of a file or of a part of it. Undefined when it is not on this disk. */
    async find(id: string, range?: { start: number; end: number }): Promise<Readable | undefined> {
      if (!isMediaId(id) || (await stat(path(id)).catch(() => undefined)) === undefined) return undefined;
      return createReadStream(path(id), range);
    },

    /** Removes a file, if there is one. */
    remove: (id: string) => rm(path(id), { force: true }),

    /** Returns the names of the folders that hold files. */
    folders: async (): Promise<string[]> =>
      (await readdir(folder).catch(() => [])).filter((name) => /^[A-Za-z0-9_-]{2}$/.test(name)),

    /** Returns the ids of files in one of the folders that are older than a moment, in milliseconds since 1970. */
    async olderThan(name: string, moment: number): Promise<string[]> {
      const ids = (await readdir(join(folder, name)).catch(() => [])).filter(isMediaId);
      const since = await Promise.all(ids.map((id) => stat(path(id)).catch(() => undefined)));
      return ids.filter((_, index) => (since[index]?.mtimeMs ?? Number.POSITIVE_INFINITY) < moment);
    },

    /** Removes the drafts that an earlier process left when it died. */
    sweep: () => rm(join(folder, 'arriving'), { recursive: true, force: true }),
  };
}
