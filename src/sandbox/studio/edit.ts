/** Edits pictures that came with a prompt: they stay what they are, in the light and weather the words ask for. */
import sharp, { type Sharp } from 'sharp';
import { rasterise } from './raster.ts';
import { composeLight } from './scene.ts';
import { el, linear } from './svg.ts';

/** More pictures than this become stripes too narrow to recognise. */
const most = 6;

/** The references side by side along the longer side, each fading into the next. */
async function collage(references: readonly Uint8Array[], width: number, height: number): Promise<Sharp> {
  const shown = references.slice(0, most);
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

/** The picture, transparent at its left or top edge and whole after `share` of its length. */
async function fadeIn(picture: Buffer, width: number, height: number, share: number, across: boolean): Promise<Buffer> {
  const mask = el(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width, height },
    linear(
      'fade',
      [
        [0, '#ffffff', 0],
        [share, '#ffffff', 1],
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

/** The references under the prompt's light and weather, as an image of the given size. Rejects when one is no picture. */
export async function editPictures(
  references: readonly Uint8Array[],
  prompt: string,
  seed: number,
  width: number,
  height: number,
): Promise<Sharp> {
  const { light, air } = composeLight(prompt, seed, width / height);
  const [kept, wash, weather] = await Promise.all([
    collage(references, width, height),
    rasterise(light, light.layers, width, height).png().toBuffer(),
    rasterise(air, air.layers, width, height).png().toBuffer(),
  ]);
  return sharp(
    await kept
      .composite([{ input: wash, blend: 'soft-light' }, { input: weather }])
      .png()
      .toBuffer(),
  );
}
