/**
 * Takes in a picture that a person gave. It is checked by its content, turned the right way up, and freed of its metadata.
 * The file and its row are kept.
 *
 * In this room: `inspect.ts` reads the facts of a file, `reencode.ts` encodes it anew, `heic.ts` decodes pictures of iPhones.
 * `references.ts` names a kept picture at PhotoGPT: by its id there, by a signed address (`public-links.ts`), or by a copy.
 */
import { rm, writeFile } from 'node:fs/promises';
import type { Attachment, Origin } from '../../chat.ts';
import { createSemaphore } from '../../concurrency/semaphore.ts';
import { refuse, UserError } from '../../errors/catalogue.ts';
import type { MediaFiles } from '../files.ts';
import type { MediaStore } from '../media-store.ts';
import { attachmentTimeoutMs } from '../timings.ts';
import { decodeHeic } from './heic.ts';
import { digestOf, inspect, maxPixels } from './inspect.ts';
import { reencode } from './reencode.ts';

/** Largest upload, in bytes. The API takes 20 MB in one request (documented), so more could never be used. */
export const maxUploadBytes = 20e6;

/** File types that PhotoGPT takes (documented) and this machine can read, with their names for people. */
const acceptedTypes = new Map([
  ['image/jpeg', 'JPEG'],
  ['image/png', 'PNG'],
  ['image/webp', 'WebP'],
  ['image/heic', 'HEIC'],
]);

/**
 * Pictures that are worked on at a time, and those that may wait. A picture of 100 megapixels unpacks to 400 MB, and each
 * that waits holds 20 MB.
 */
const decoding = { permits: 2, maxWaiting: 20 };

/** Keeps one picture of a person and resolves with its id. Rejects with a `UserError` for everything wrong with it. */
export type Ingest = (attachment: Attachment, origin: Origin, signal: AbortSignal) => Promise<string>;

/** Returns the step. A full disk rejects with the system's error: see `isDiskTrouble`. */
export function createIngest({ store, files }: { store: MediaStore; files: MediaFiles }): Ingest {
  const { acquire } = createSemaphore(decoding);

  return async function ingest(attachment, origin, signal) {
    const { name } = attachment;
    const given = await readAttachment(attachment, signal);
    const type = await acceptedTypeOf(given, name);
    const release = await acquire({ signal }).catch(() => undefined);
    if (!release) throw refuse('unavailable', undefined);
    try {
      const draft = await files.draft();
      try {
        const pixels = type === 'image/heic' ? await unpackHeic(given, name, signal) : given;
        await writeFile(draft, await reencode(pixels, name, maxUploadBytes));
        return await keepFile(draft, name, origin);
      } finally {
        await rm(draft, { force: true });
      }
    } finally {
      release();
    }
  };

  /** Moves a finished file to its place, writes its row, and returns its id. */
  async function keepFile(draft: string, name: string, { platform, tenant, person }: Origin): Promise<string> {
    const facts = await inspect(draft);
    if (!facts) throw refuse('pictureUnreadable', { name });
    const { kind, type, width, height } = facts;
    const id = files.newId();
    const sha256 = await digestOf(draft);
    await files.settle(draft, id);
    try {
      const bytes = (await files.size(id)) ?? 0;
      await store.insert({ id, platform, tenant, person: person.id, kind, type, bytes, width, height, sha256 });
      return id;
    } catch (error) {
      // A file without a row would never be found, or taken away.
      await files.remove(id);
      throw error;
    }
  }
}

/** Returns the bytes of an attachment. Throws `UserError` when they are too many or do not come in time. */
async function readAttachment(attachment: Attachment, signal: AbortSignal): Promise<Uint8Array> {
  const { name, bytes: declared = 0 } = attachment;
  if (declared > maxUploadBytes) throw tooLarge(name, declared);
  const given = await attachment
    .read(AbortSignal.any([signal, AbortSignal.timeout(attachmentTimeoutMs)]))
    .catch((error: unknown) => {
      // A link says itself what is wrong with it.
      throw error instanceof UserError ? error : refuse('pictureUnreadable', { name });
    });
  if (given.length > maxUploadBytes) throw tooLarge(name, given.length);
  return given;
}

const tooLarge = (name: string, bytes: number) => refuse('pictureTooLarge', { name, bytes, max: maxUploadBytes });

/** Returns the file type of the bytes. Throws `UserError` when it is not accepted. */
async function acceptedTypeOf(given: Uint8Array, name: string): Promise<string> {
  // Loaded with the first picture, so that the bot starts without.
  const { fileTypeFromBuffer } = await import('file-type');
  const found = await fileTypeFromBuffer(given);
  if (!found || !acceptedTypes.has(found.mime))
    throw refuse('notAPicture', { name, allowed: [...acceptedTypes.values()] });
  return found.mime;
}

/** Returns a HEIC picture as one that sharp reads: its pixels as a PNG that is packed for speed, not for size. */
async function unpackHeic(given: Uint8Array, name: string, signal: AbortSignal): Promise<Buffer> {
  const { width, height, pixels } = await decodeHeic(given, maxPixels, signal).catch(() => {
    throw refuse('pictureUnreadable', { name });
  });
  if (!pixels) throw refuse('pictureTooManyPixels', { name, width, height, max: maxPixels });
  const { default: sharp } = await import('sharp');
  // Photographs are not see-through, and the fourth byte of every pixel would make PNGs of them all.
  const raw = sharp(pixels, { raw: { width, height, channels: 4 } });
  return raw.removeAlpha().png({ compressionLevel: 1 }).toBuffer();
}
