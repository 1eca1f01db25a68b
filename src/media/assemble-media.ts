/** Assembles media: intake of pictures, fetching of results, and the disk that keeps both. */
import { join } from 'node:path';
import type { Origin } from '../chat.ts';
import type { Clock } from '../concurrency/clock.ts';
import type { Database } from '../db/connect.ts';
import type { PhotoGPT } from '../photogpt/client.ts';
import { createDownload } from './fetch/download.ts';
import { createLinks } from './fetch/link.ts';
import { createResults, type Results } from './fetch/results.ts';
import { createMediaFiles } from './files.ts';
import { createMedia } from './media.ts';
import { createMediaStore } from './media-store.ts';
import { createRetention } from './retention.ts';
import { createIngest, maxUploadBytes } from './uploads/ingest.ts';
import { createPublicLinks } from './uploads/public-links.ts';
import { createReferences } from './uploads/references.ts';

/** The parts of the bot that media needs. */
export type MediaParts = {
  db: Database;
  /** The data folder. Files go into `media` below it. */
  folder: string;
  api: PhotoGPT;
  /** Digest of the API key, which rows carry in its place. */
  key: string;
  photogpt: { key: string };
  /** Days that files stay on the disk. For ever without it. */
  keepDays?: number;
  /** The bot's public address. Without it, PhotoGPT cannot fetch pictures from here. */
  publicUrl?: string;
  /** Whether results may come from this machine, as those of the sandbox do. */
  loopbackResults: boolean;
  /** Another way to get results than fetching them from PhotoGPT. */
  results?: Results;
  maySeeJob(id: number, origin: Origin): Promise<boolean>;
  isPhoto(id: string): Promise<boolean>;
  clock: Clock;
};

/** The parts of media in one process. */
export type AssembledMedia = ReturnType<typeof assembleMedia>;

/** Returns the parts. `close` ends the connections of downloads. */
export function assembleMedia(parts: MediaParts) {
  const { db, api, key, clock, publicUrl, maySeeJob, isPhoto } = parts;
  const files = createMediaFiles(join(parts.folder, 'media'));
  const store = createMediaStore(db);
  const { download, close } = createDownload({ loopback: parts.loopbackResults });
  const access = createMedia({
    store,
    files,
    ingest: createIngest({ store, files }),
    attachmentAt: createLinks({ download, files, limit: maxUploadBytes }),
    maySeeJob,
    isPhoto,
  });
  const publicLinks = publicUrl ? createPublicLinks({ base: publicUrl, secret: parts.photogpt.key, clock }) : undefined;
  return {
    access,
    files,
    store,
    results: parts.results ?? createResults({ api, store, files, download }),
    references: createReferences({ api, store, files, key, publicLinks }),
    retain: createRetention({ files, store, days: parts.keepDays ?? 0, clock }),
    /** The pictures that PhotoGPT may fetch from us. Absent without a public address. */
    pictures: publicLinks && { holds: publicLinks.holds, find: access.picture },
    close,
  };
}
