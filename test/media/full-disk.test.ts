import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDownload } from '../../src/media/fetch/download.ts';
import { createLinks } from '../../src/media/fetch/link.ts';
import { isDiskTrouble } from '../../src/media/files.ts';
import { createMediaStore } from '../../src/media/media-store.ts';
import { createIngest } from '../../src/media/uploads/ingest.ts';
import { useDatabase } from '../jobs/movable-database.ts';
import { origin } from '../jobs/world.ts';
import { openFakeFileServer } from './fake-file-server.ts';
import { noise, openFiles } from './kept-files.ts';

const database = useDatabase();
const signal = AbortSignal.timeout(20_000);

/** Opens a media folder whose drafts lead to the device that is always full, as long as `full` says so. */
async function openFullDisk() {
  const { files, folder, all } = await openFiles();
  const disk = { full: true };
  let drafts = 0;
  const draft = async () => {
    if (!disk.full) return files.draft();
    drafts += 1;
    const path = join(folder, `full-${drafts}`);
    // Removing the draft removes the link, never the device.
    await symlink('/dev/full', path);
    return path;
  };
  return { files: { ...files, draft }, disk, all };
}

describe.skipIf(process.platform !== 'linux')('a full disk', () => {
  it('fails a picture with the disk’s error, and keeps the next one with room', async () => {
    const { files, disk, all } = await openFullDisk();
    const ingest = createIngest({ store: createMediaStore(database({ now: Date.now })), files });
    const attached = { name: 'cat.png', read: async () => noise(32, 32, 'png') };
    // More than can be worked on at a time: none of them may block a place.
    for (let tries = 0; tries < 4; tries += 1) {
      const error: unknown = await ingest(attached, origin(), signal).catch((each: unknown) => each);
      expect(isDiskTrouble(error)).toBe(true);
    }
    disk.full = false;
    await ingest(attached, origin(), signal);
    expect(await all()).toHaveLength(1);
  });

  it('is told apart from an address without a file', async () => {
    const { files } = await openFullDisk();
    const { download, close } = createDownload({ loopback: true });
    onTestFinished(close);
    const fake = await openFakeFileServer((_, response) => response.end(Buffer.alloc(100_000)));
    const link = createLinks({ download, files, limit: 1e6 })(fake.url);
    await expect(link.read(signal)).rejects.toThrow('The bot has no room left to keep pictures. Nothing was spent.');
  });
});
