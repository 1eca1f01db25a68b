/** Edits the pictures of a prompt: gives them the light and weather of its words. */
import sharp, { type Sharp } from 'sharp';
import { rasterise } from './raster.ts';
import { composeLight } from './scene.ts';
import { el, linear } from './svg.ts';

/** Pictures shown side by side. More would be stripes too narrow to recognise. */
const maxReferences = 6;

/** Returns the references side by side along the longer side, each of which fades into the next. */
async function collage(references: readonly Uint8Array[], width: number, height: number): Promise<Sharp> {
  const shown = references.slice(0, maxReferences);
  const across = width >= height;
  const side = across ? width : height;
  const step = side / shown.length;
  const overlap = Math.round(step * 0.16);
  const overlays = await Promise.all(
    shown.map(async (reference, index) => {
      const start = Math.max(0, Math.round(step * index) - overlap);
      const long = Math.min(side, Math.round(step * (index + 1)) + overlap) - start;
      const [w, h] = across ? [long, height] : [width, long];
      const image = sharp(reference)
        .autoOrient()
        .toColourspace('srgb')
        .resize(w, h, { fit: 'cover', position: 'attention' });
      const cut = await image.ensureAlpha().png().toBuffer();
      const place = across ? { left: start, top: 0 } : { left: 0, top: start };
      return { input: index === 0 ? cut : await fadeIn(cut, w, h, (2 * overlap) / long, across), ...place };
    }),
  );
  const blank = sharp({ create: { width, height, channels: 3, background: '#101218' } });
  return sharp(await blank.composite(overlays).png().toBuffer());
}

/** Returns the picture, transparent at its left or top edge and opaque after `fraction` of its length. */
async function fadeIn(
  picture: Buffer,
  width: number,
  height: number,
  fraction: number,
  across: boolean,
): Promise<Buffer> {
  const mask = el(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width, height },
    linear(
      'fade',
      [
        [0, '#ffffff', 0],
        [fraction, '#ffffff', 1],
      ],
      [0, 0],
      across ? [1, 0] : [0, 1],
    ) + el('rect', { width, height, fill: 'url(#fade)' }),
  );
  return sharp(picture)
    .composite([{ input: Buffer.from(mask), blend: 'dest-in' }])
    .png()
    .toBuffer();
}

/** Returns the references under the prompt's light and weather, in the given size. Rejects when one is no picture. */
export async function editPictures(
  references: readonly Uint8Array[],
  prompt: string,
  seed: number,
  width: number,
  height: number,
): Promise<Sharp> {
  const { light, air } = composeLight(prompt, seed, width / height);
  const [pictures, wash, weather] = await Promise.all([
    collage(references, width, height),
    rasterise(light, light.layers, width, height).png().toBuffer(),
    rasterise(air, air.layers, width, height).png().toBuffer(),
  ]);
  return sharp(
    await pictures
      .composite([{ input: wash, blend: 'soft-light' }, { input: weather }])
      .png()
      .toBuffer(),
  );
}
