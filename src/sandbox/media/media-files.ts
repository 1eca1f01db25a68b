/** Keeps drawn and uploaded files in a temporary folder; what can be drawn again makes room first. */
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '../http/problem.ts';

export type File = { name: string; type: string; bytes: Uint8Array };

/** What lies on the mediaFiles under one token. Uploads are `kept`: nothing else could bring them back. */
type Bundle = { files: Map<string, { type: string; size: number; path: string }>; size: number; kept: boolean };

export type MediaFiles = ReturnType<typeof createMediaFiles>;

/** Limits are in bytes. Nothing is on disk before the first `put`; `clear` removes the folder. */
export function createMediaFiles(limits: { drawn: number; uploaded: number }) {
  const bundles = new Map<string, Bundle>();
  const used = { drawn: 0, uploaded: 0 };
  let folder: Promise<string> | undefined;

  function account(bundle: Bundle, sign: 1 | -1) {
    used[bundle.kept ? 'uploaded' : 'drawn'] += sign * bundle.size;
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
    /** Throws `Problem` 503 when uploads would take more than their share. */
    async put(token: string, files: File[], kept: boolean) {
      const size = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
      if (kept && used.uploaded + size > limits.uploaded) {
        throw new Problem(503, 'The sandbox has no room for more uploads', 'media: upload space used up');
      }
      folder ??= mkdtemp(join(tmpdir(), 'photogpt-sandbox-'));
      const home = await folder;
      const bundle: Bundle = { files: new Map(), size, kept };
      for (const [index, { name, type, bytes }] of files.entries()) {
        const path = join(home, `${token}-${index}`);
        await writeFile(path, bytes);
        bundle.files.set(name, { type, size: bytes.length, path });
      }
      await remove(token);
      bundles.set(token, bundle);
      account(bundle, 1);
      for (const [oldest, { kept: stays }] of bundles) {
        if (used.drawn <= limits.drawn) break;
        if (!stays && oldest !== token) await remove(oldest);
      }
    },
    /** The type and full size of a file, and how to read `length` bytes from `start`. */
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
    async clear() {
      bundles.clear();
      if (folder) await rm(await folder, { recursive: true, force: true });
      folder = undefined;
      used.drawn = 0;
      used.uploaded = 0;
    },
  };
}
