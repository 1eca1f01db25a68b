/** Measures the likeness of two pictures. */
import sharp from 'sharp';

const pixels = (picture: Uint8Array) =>
  sharp(picture).resize(24, 24, { fit: 'fill' }).removeAlpha().toColourspace('srgb').raw().toBuffer();

/**
 * Returns the correlation of two pictures, each shrunk to 24 × 24: 1 for the same picture, about 0 for unrelated ones.
 */
export async function likeness(one: Uint8Array, other: Uint8Array): Promise<number> {
  const [a, b] = await Promise.all([pixels(one), pixels(other)]);
  const mean = (list: Buffer) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const meanA = mean(a);
  const meanB = mean(b);
  let covariance = 0;
  let varianceA = 0;
  let varianceB = 0;
  a.forEach((value, index) => {
    const x = value - meanA;
    const y = (b[index] ?? 0) - meanB;
    covariance += x * y;
    varianceA += x * x;
    varianceB += y * y;
  });
  return covariance / Math.sqrt(varianceA * varianceB);
}
