/** Encodes a given picture anew from its pixels, so that nothing else of the file is kept. */
import { refuse } from '../../errors/catalogue.ts';
import { maxPixels } from './inspect.ts';

/** Long side of a kept reference, in pixels. The largest output size that is documented anywhere is 4K. */
const longSidePixels = 4_096;

/**
 * Returns the picture as a JPEG, or as a PNG or WebP when it has transparency. The orientation is applied. The place, the
 * author and the camera are gone, because sharp writes no metadata unless it is told to. A see-through picture has at
 * most `maxBytes` where WebP reaches that. Throws `UserError` when it cannot be read or has too many pixels.
 */
export async function reencode(given: Uint8Array, name: string, maxBytes: number): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const source = sharp(given, { limitInputPixels: maxPixels, failOn: 'truncated' });
  const facts = await source.metadata().catch((error: unknown) => {
    if (error instanceof Error && /pixel limit/i.test(error.message)) return undefined;
    throw refuse('pictureUnreadable', { name });
  });
  // Metadata is read without decoding, so a bomb is known by its declared size before a pixel is unpacked.
  const { width = 0, height = 0 } = facts ?? (await sharp(given, { limitInputPixels: false }).metadata());
  if (width * height > maxPixels) throw refuse('pictureTooManyPixels', { name, width, height, max: maxPixels });
  const upright = source
    .rotate()
    .resize({ width: longSidePixels, height: longSidePixels, fit: 'inside', withoutEnlargement: true });
  try {
    if (!facts?.hasAlpha) return await upright.jpeg({ quality: 92 }).toBuffer();
    const png = await upright.png().toBuffer();
    // A see-through photograph can grow beyond what the API takes when nothing of it may be lost.
    return png.length <= maxBytes ? png : await upright.clone().webp({ quality: 90 }).toBuffer();
  } catch {
    throw refuse('pictureUnreadable', { name });
  }
}
