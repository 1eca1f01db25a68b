/** The media folder: one file for each picture or video, named by its id. */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';

export type MediaFiles = ReturnType<typeof createMediaFiles>;

/** Ids of kept files: 22 URL-safe characters, 128 random bits. Nothing else ever becomes part of a path. */
export const isMediaId = (text: string): boolean => /^[A-Za-z0-9_-]{22}$/.test(text);

/** What a disk answers that takes nothing more: full, over a quota, or for reading only. */
const diskTroubles = new Set(['ENOSPC', 'EDQUOT', 'EROFS']);

/** Whether there is no room behind an error, or behind what caused it. */
export function isDiskTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && diskTroubles.has(String(error.code))) || isDiskTrouble(error.cause);
}

/** As much as a small picture has, in bytes: where not even that fits, nothing does. */
const sample = Buffer.alloc(64 * 1024);

export function createMediaFiles(folder: string) {
  // A thousand files to a folder stay quick to list and to back up.
  const path = (id: string) => {
    if (!isMediaId(id)) throw new Error('not the id of a kept file');
    return join(folder, id.slice(0, 2), id);
  };
  /** A place for a file that is still arriving, on the same disk. */
  async function draft(): Promise<string> {
    const ttlStore = join(folder, 'arriving');
    await mkdir(ttlStore, { recursive: true });
    return join(ttlStore, randomBytes(12).toString('hex'));
  }

  return {
    newId: () => randomBytes(16).toString('base64url'),
    path,
    draft,
    /** Whether the disk takes files, found out by writing one. */
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
    /** Moves a finished file to its place, in one step. */
    async settle(draft: string, id: string): Promise<void> {
      await mkdir(dirname(path(id)), { recursive: true });
      await rename(draft, path(id));
    },
    /** Length in bytes, or undefined when the file is not on this disk. */
    size: async (id: string): Promise<number | undefined> => (await stat(path(id)).catch(() => undefined))?.size,
    /** The bytes from `start` to `end`, both included; all of them without a range. */
    open: (id: string, range?: { start: number; end: number }): Readable => createReadStream(path(id), range),
    /** The bytes of a file, or of a part of it; undefined when it is not on this disk. */
    async find(id: string, range?: { start: number; end: number }): Promise<Readable | undefined> {
      if (!isMediaId(id) || (await stat(path(id)).catch(() => undefined)) === undefined) return undefined;
      return createReadStream(path(id), range);
    },
    remove: (id: string) => rm(path(id), { force: true }),
    /** The folders that files lie in. */
    folders: async (): Promise<string[]> =>
      (await readdir(folder).catch(() => [])).filter((name) => /^[A-Za-z0-9_-]{2}$/.test(name)),
    /** The ids of files in one of the folders that have lain there since before a moment, in milliseconds since 1970. */
    async olderThan(name: string, moment: number): Promise<string[]> {
      const ids = (await readdir(join(folder, name)).catch(() => [])).filter(isMediaId);
      const since = await Promise.all(ids.map((id) => stat(path(id)).catch(() => undefined)));
      return ids.filter((_, index) => (since[index]?.mtimeMs ?? Number.POSITIVE_INFINITY) < moment);
    },
    /** What was still arriving when an earlier process died. */
    sweep: () => rm(join(folder, 'arriving'), { recursive: true, force: true }),
  };
}
