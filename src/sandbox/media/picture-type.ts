/** Tells by its content what kind of picture a file is, and whether it can be opened. */
import { fileTypeFromBuffer } from 'file-type';
import sharp from 'sharp';

/** The formats an upload may have (images page). */
const extensions = ['jpg', 'png', 'webp', 'heic'];

/** HEIC cannot be decoded here: it is taken as a picture of a telephone's usual size. */
const unknownSize = { width: 3024, height: 4032 };

/** Type, file ending and size in pixels as it is seen (EXIF rotation counted), or `undefined` if it is no such picture. */
export async function pictureType(bytes: Uint8Array) {
  const found = await fileTypeFromBuffer(bytes);
  if (!found || !extensions.includes(found.ext)) return undefined;
  const kind = { type: found.mime, extension: found.ext };
  if (found.ext === 'heic') return { ...kind, ...unknownSize };
  try {
    const image = sharp(bytes);
    const { autoOrient } = await image.metadata();
    // Reading a header is not enough: a file cut short has one too.
    await image.stats();
    return { ...kind, width: autoOrient.width, height: autoOrient.height };
  } catch {
    return undefined;
  }
}
