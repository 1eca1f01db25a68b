/** Takes in a picture that somebody gave: copied, checked by its content, turned the right way up, freed of its metadata. */

import { rm, writeFile } from 'node:fs/promises';
import type { Attachment, Origin } from '../../chat.ts';
import { createSemaphore } from '../../concurrency/semaphore.ts';
import { refuse, UserError } from '../../errors/catalogue.ts';
import type { MediaFiles } from '../files.ts';
import type { MediaStore } from '../media-store.ts';
import { decodeHeic } from './heic.ts';
import { digestOf, inspect, mostPixels } from './inspect.ts';

/** The API takes 20 MB in one request (documented), so more could never be used. */
export const mostBytes = 20e6;
/** What PhotoGPT takes (documented) and this machine can read. */
const accepted = new Map([
  ['image/jpeg', 'JPEG'],
  ['image/png', 'PNG'],
  ['image/webp', 'WebP'],
  ['image/heic', 'HEIC'],
]);
const allowed = [...accepted.values()];
/** The long side of what is passed on, in pixels: the largest output size that is documented anywhere is 4K. */
const longSide = 4_096;
/** A picture of 100 megapixels unpacks to 400 MB, so few are worked on at a time; each that waits holds 20 MB. */
const decoding = { permits: 2, maxWaiting: 20 };
/** People's chats are slow sometimes; a picture that takes longer than this is not coming. Milliseconds. */
const patience = 15_000;

export type Keep = (attachment: Attachment, origin: Origin, signal: AbortSignal) => Promise<string>;

/** Returns a step that keeps one picture and gives its id. Throws `UserError` for everything that is wrong with it. */
export function createKeep({ store, files }: { store: MediaStore; files: MediaFiles }): Keep {
  const { acquire } = createSemaphore(decoding);

  return async function keep(attachment, origin, signal) {
    const { name } = attachment;
    const tooLarge = (bytes: number) => refuse('pictureTooLarge', { name, bytes, max: mostBytes });
    if ((attachment.bytes ?? 0) > mostBytes) throw tooLarge(attachment.bytes ?? 0);
    const given = await attachment
      .read(AbortSignal.any([signal, AbortSignal.timeout(patience)]))
      .catch((error: unknown) => {
        // A link says itself what is wrong with it.
        throw error instanceof UserError ? error : refuse('pictureUnreadable', { name });
      });
    if (given.length > mostBytes) throw tooLarge(given.length);
    // Loaded with the first picture, so that the bot starts without; sharp, below, too.
    const { fileTypeFromBuffer } = await import('file-type');
    const found = await fileTypeFromBuffer(given);
    if (!found || !accepted.has(found.mime)) throw refuse('notAPicture', { name, allowed });

    const release = await acquire({ signal }).catch(() => undefined);
    if (!release) throw refuse('unavailable', undefined);
    let draft: string | undefined;
    let settled: string | undefined;
    try {
      draft = await files.draft();
      const pixels = found.mime === 'image/heic' ? await unpacked(given, name, signal) : given;
      await writeFile(draft, await cleaned(pixels, name));
      const facts = await inspect(draft);
      if (!facts) throw refuse('pictureUnreadable', { name });
      const { kind, type, width, height } = facts;
      const { platform, tenant, person } = origin;
      const id = files.newId();
      const sha256 = await digestOf(draft);
      await files.settle(draft, id);
      settled = id;
      const bytes = (await files.size(id)) ?? 0;
      await store.keep({ id, platform, tenant, person: person.id, kind, type, bytes, width, height, sha256 });
      return id;
    } catch (error) {
      // Without its row nobody would ever find it, or take it away.
      if (settled) await files.remove(settled);
      throw error;
    } finally {
      if (draft) await rm(draft, { force: true });
      release();
    }
  };
}

/** A HEIC picture as one that sharp reads: its pixels as a PNG that is packed for speed, not for size. */
async function unpacked(given: Uint8Array, name: string, signal: AbortSignal): Promise<Buffer> {
  const { width, height, pixels } = await decodeHeic(given, mostPixels, signal).catch(() => {
    throw refuse('pictureUnreadable', { name });
  });
  if (!pixels) throw refuse('pictureTooManyPixels', { name, width, height, max: mostPixels });
  const { default: sharp } = await import('sharp');
  // Photographs are not see-through, and the fourth byte of every pixel would make PNGs of them all.
  const raw = sharp(pixels, { raw: { width, height, channels: 4 } });
  return raw.removeAlpha().png({ compressionLevel: 1 }).toBuffer();
}

/**
 * The picture anew from its pixels: the orientation is applied, and where it was taken, by whom and with what is gone,
 * because sharp writes no metadata unless it is told to.
 */
async function cleaned(given: Uint8Array, name: string): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const source = sharp(given, { limitInputPixels: mostPixels, failOn: 'truncated' });
  const facts = await source.metadata().catch((error: unknown) => {
    if (error instanceof Error && /pixel limit/i.test(error.message)) return undefined;
    throw refuse('pictureUnreadable', { name });
  });
  // Metadata is read without decoding, so a bomb is known by its declared size before a pixel is unpacked.
  const { width = 0, height = 0 } = facts ?? (await sharp(given, { limitInputPixels: false }).metadata());
  if (width * height > mostPixels) throw refuse('pictureTooManyPixels', { name, width, height, max: mostPixels });
  const upright = source
    .rotate()
    .resize({ width: longSide, height: longSide, fit: 'inside', withoutEnlargement: true });
  try {
    if (!facts?.hasAlpha) return await upright.jpeg({ quality: 92 }).toBuffer();
    const png = await upright.png().toBuffer();
    // A see-through photograph can grow beyond what the API takes when nothing of it may be lost.
    return png.length <= mostBytes ? png : await upright.clone().webp({ quality: 90 }).toBuffer();
  } catch {
    throw refuse('pictureUnreadable', { name });
  }
}
