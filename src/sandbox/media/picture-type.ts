/** Detects the kind of a picture by its content, and whether it can be opened. */
import { fileTypeFromBuffer } from 'file-type';
import sharp from 'sharp';

/** The formats an upload may have (images page). */
const extensions = ['jpg', 'png', 'webp', 'heic'];

/** Size of every HEIC picture: the usual one of a telephone, because HEIC cannot be decoded here. */
const heicSize = { width: 3024, height: 4032 };

/**
 * Returns the type, the file ending, and the size in pixels as shown, with EXIF rotation. Undefined for any other file.
 */
export async function pictureType(bytes: Uint8Array) {
  const found = await fileTypeFromBuffer(bytes);
  if (!found || !extensions.includes(found.ext)) return undefined;
  const kind = { type: found.mime, extension: found.ext };
  if (found.ext === 'heic') return { ...kind, ...heicSize };
  try {
    const image = sharp(bytes);
    const { autoOrient } = await image.metadata();
    // Reads the pixels, because a file that was cut short has a header too.
    await image.stats();
    return { ...kind, width: autoOrient.width, height: autoOrient.height };
  } catch {
    return undefined;
  }
}
