/** Measures how alike two pictures are. */
import sharp from 'sharp';

const pixels = (picture: Uint8Array) =>
  sharp(picture).resize(24, 24, { fit: 'fill' }).removeAlpha().toColourspace('srgb').raw().toBuffer();

/** The correlation of two pictures, each shrunk to 24 × 24: 1 for the same picture, about 0 for unrelated ones. */
export async function likeness(one: Uint8Array, other: Uint8Array): Promise<number> {
  const [a, b] = await Promise.all([pixels(one), pixels(other)]);
  const mean = (list: Buffer) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [shared, varianceA, varianceB] = [0, 0, 0];
  a.forEach((value, index) => {
    const [x, y] = [value - meanA, (b[index] ?? 0) - meanB];
    shared += x * y;
    varianceA += x * x;
    varianceB += y * y;
  });
  return shared / Math.sqrt(varianceA * varianceB);
}
