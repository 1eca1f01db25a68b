/** Rasterises layers. */
import sharp, { type Sharp } from 'sharp';
import type { Layer, Scene } from './stage.ts';
import { el, number } from './svg.ts';

/** Returns the layers as one image with transparency, of the given size in pixels. */
export function rasterise(scene: Scene, layers: readonly Layer[], width: number, height: number): Sharp {
  const document = el(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: width,
      height: height,
      viewBox: `0 0 ${number(scene.width)} ${number(scene.height)}`,
      preserveAspectRatio: 'none',
    },
    ...layers.map(({ markup }) => markup),
  );
  return sharp(Buffer.from(document)).ensureAlpha();
}
