/** The intake of pictures on a real folder and a real database, for the tests of media. */
import sharp from 'sharp';
import { expect } from 'vitest';
import { createMedia } from '../../src/media/media.ts';
import { createMediaStore } from '../../src/media/media-store.ts';
import { createIngest } from '../../src/media/uploads/ingest.ts';
import { useDatabase } from '../jobs/movable-database.ts';
import { origin } from '../jobs/world.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';
import { openFiles } from './kept-files.ts';

/** Returns what opens an intake in the file that calls it. Ada of the playground gives the pictures. */
export function useIntake() {
  const database = useDatabase();
  const signal = AbortSignal.timeout(60_000);

  return async function openIntake() {
    const { files, all } = await openFiles();
    const store = createMediaStore(database(createMovedClock()));
    const ingest = createIngest({ store, files });
    /** Ingests a picture, and returns its row and its file. */
    async function kept(content: Uint8Array, name = 'x.png') {
      const id = await ingest({ name, read: async () => content }, origin(), signal);
      const row = (await store.find(id)) ?? expect.fail('there is no row');
      return { row, picture: sharp(files.path(id)) };
    }
    const photos = new Set<string>();
    const media = createMedia({
      store,
      files,
      ingest,
      attachmentAt: () => expect.fail('nothing here is a link'),
      maySeeJob: async () => false,
      isPhoto: async (id) => photos.has(id),
    });
    return { files, all, store, ingest, kept, media, photos };
  };
}
