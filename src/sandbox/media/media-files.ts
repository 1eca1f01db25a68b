/** Drawn and uploaded files in a temporary folder. Files that can be drawn again make room first. */
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '../http/problem.ts';

/** A file with its content. */
export type File = { name: string; type: string; bytes: Uint8Array };

/** Files that can be drawn again, or uploads, which nothing else could bring back. */
type Source = 'drawn' | 'uploaded';

/** The files under one token. Sizes in bytes. */
type Bundle = { files: Map<string, { type: string; size: number; path: string }>; size: number; source: Source };

/** The files of a sandbox. */
export type MediaFiles = ReturnType<typeof createMediaFiles>;

/**
 * Returns an empty set of files. `maxBytes` limits each source. The first `put` makes the folder, and `clear` removes
 * it.
 */
export function createMediaFiles(maxBytes: Record<Source, number>) {
  const bundles = new Map<string, Bundle>();
  const used = { drawn: 0, uploaded: 0 };
  let folder: Promise<string> | undefined;

  function account(bundle: Bundle, sign: 1 | -1) {
    used[bundle.source] += sign * bundle.size;
  }

  async function remove(token: string) {
    const bundle = bundles.get(token);
    if (!bundle) return;
    bundles.delete(token);
    account(bundle, -1);
    await Promise.all([...bundle.files.values()].map(({ path }) => rm(path, { force: true })));
  }

  return {
    remove,
    has: (token: string) => bundles.has(token),
    /** Writes the files of a token. Throws `Problem` 503 when uploads would take more than their limit. */
    async put(token: string, files: File[], source: Source) {
      const size = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
      if (source === 'uploaded' && used.uploaded + size > maxBytes.uploaded) {
        throw new Problem(503, 'The sandbox has no room for more uploads', 'media: upload space used up');
      }
      folder ??= mkdtemp(join(tmpdir(), 'photogpt-sandbox-'));
      const home = await folder;
      const bundle: Bundle = { files: new Map(), size, source };
      for (const [index, { name, type, bytes }] of files.entries()) {
        const path = join(home, `${token}-${index}`);
        await writeFile(path, bytes);
        bundle.files.set(name, { type, size: bytes.length, path });
      }
      await remove(token);
      bundles.set(token, bundle);
      account(bundle, 1);
      for (const [oldest, bundleOfOldest] of bundles) {
        if (used.drawn <= maxBytes.drawn) break;
        if (bundleOfOldest.source === 'drawn' && oldest !== token) await remove(oldest);
      }
    },
    /**
     * Returns the type and size of a file, and `read`, which reads `length` bytes from `start`. Undefined without such
     * a file.
     */
    find(token: string, name: string) {
      const file = bundles.get(token)?.files.get(name);
      if (!file) return undefined;
      return {
        type: file.type,
        size: file.size,
        async read(start = 0, length = file.size): Promise<Uint8Array> {
          const handle = await open(file.path);
          try {
            const bytes = new Uint8Array(length);
            const { bytesRead } = await handle.read(bytes, 0, length, start);
            return bytes.subarray(0, bytesRead);
          } finally {
            await handle.close();
          }
        },
      };
    },
    /** Removes all files and their folder. */
    async clear() {
      bundles.clear();
      if (folder) await rm(await folder, { recursive: true, force: true });
      folder = undefined;
      used.drawn = 0;
      used.uploaded = 0;
    },
  };
}
