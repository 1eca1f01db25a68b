/** Upscales pictures. */
import sharp from 'sharp';
import { encode, formatOf, type Picture } from './encode.ts';

/** Longest side of an upscaled picture, in pixels. */
const maxSide = 8192;

/**
 * Returns the picture `factor` times as large, in the same format and ratio, resampled with Lanczos and sharpened a
 * little. It lowers a factor that would take a side over 8192 px. Rejects when the bytes are no picture.
 */
export async function upscalePicture(bytes: Uint8Array, factor: number): Promise<Picture> {
  const image = sharp(bytes).autoOrient();
  const { autoOrient, format } = await sharp(bytes).metadata();
  const scale = Math.max(1, Math.min(factor, maxSide / Math.max(autoOrient.width, autoOrient.height)));
  const width = Math.round(autoOrient.width * scale);
  const height = Math.round(autoOrient.height * scale);
  return encode(
    image.resize(width, height, { fit: 'fill', kernel: 'lanczos3' }).sharpen({ sigma: 0.8 }),
    formatOf(format),
  );
}
