/** Grades a finished picture: colour, light, grain, frame. */
import sharp, { type OverlayOptions, type Sharp } from 'sharp';
import type { Look } from './look.ts';
import { createRandom } from './random.ts';
import { el, radial } from './svg.ts';

const svg = (width: number, height: number, ...children: string[]) =>
  Buffer.from(el('svg', { xmlns: 'http://www.w3.org/2000/svg', width, height }, ...children));

/**
 * Returns darker corners, as an SVG overlay. They are outside of an ellipse, so that a wide picture keeps its sides.
 */
export const vignette = (width: number, height: number, strength: number) =>
  radial(
    'vignette',
    [
      [0.45, '#05060f', 0],
      [1, '#05060f', strength],
    ],
    [0.5, 0.48],
    0.74,
  ) + el('rect', { width, height, fill: 'url(#vignette)' });

/**
 * Returns a grey tile of noise, of 256 pixels a side or the size of a smaller picture. Under `overlay`, level 128
 * changes nothing.
 */
function grain(levels: number, width: number, height: number): OverlayOptions {
  const tile = { width: Math.min(256, width), height: Math.min(256, height), channels: 3 as const };
  const random = createRandom('grain');
  const pixels = Buffer.alloc(tile.width * tile.height * 3);
  for (let index = 0; index < pixels.length; index += 3) {
    pixels.fill(128 + Math.round((random.next() + random.next() - 1) * levels * 2), index, index + 3);
  }
  return { input: pixels, raw: tile, tile: true, blend: 'overlay' };
}

/** The frames around a picture. Their widths are fractions of the shorter side. */
const frames = {
  bars: (width: number, height: number) => {
    const bar = height * (width >= height ? 0.075 : 0.055);
    return el('path', { d: `M0 0H${width}V${bar}H0ZM0 ${height - bar}H${width}V${height}H0Z`, fill: '#050507' });
  },
  mat: (width: number, height: number) => {
    const edge = Math.min(width, height) * 0.045;
    const hole = `M${edge} ${edge}V${height - edge}H${width - edge}V${edge}Z`;
    return (
      el('path', { d: `M0 0H${width}V${height}H0Z${hole}`, fill: '#f6f1e7', 'fill-rule': 'evenodd' }) +
      el('path', { d: hole, fill: 'none', stroke: '#d9d0bf', 'stroke-width': Math.max(1, edge * 0.05) })
    );
  },
};

/** Returns mottled paper, to multiply with the picture: noise between almost white and a light grey. */
const paper = (width: number, height: number) =>
  el(
    'filter',
    { id: 'paper', x: 0, y: 0, width: '100%', height: '100%' },
    el('feTurbulence', {
      type: 'fractalNoise',
      baseFrequency: `${2.2 / Math.min(width, height)} ${3 / Math.min(width, height)}`,
      numOctaves: 6,
      seed: 4,
    }),
    el('feColorMatrix', { values: '0.5 0.3 0 0 0.52 0.5 0.3 0 0 0.52 0.5 0.3 0 0 0.5 0 0 0 0 1' }),
  ) + el('rect', { width, height, filter: 'url(#paper)' });

/**
 * Returns the graded picture, opaque and of the given size. Each step is a pass, because libvips reorders steps of one
 * pass.
 */
export async function grade(picture: Sharp, width: number, height: number, look: Look): Promise<Sharp> {
  const pixels = async (image: Sharp) => {
    const { data, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true });
    return { input: data, raw: { width, height, channels: info.channels } };
  };
  const toned = await pixels(
    picture
      .toColourspace('srgb')
      .modulate({ saturation: look.saturation, brightness: look.brightness })
      .linear(look.contrast, 128 * (1 - look.contrast)),
  );
  const overlays: OverlayOptions[] = [];
  if (look.soft === 'glow') {
    const sigma = Math.max(0.5, Math.min(width, height) / 40);
    const haze = await pixels(sharp(toned.input, toned).blur(sigma).linear(0.5, 0));
    overlays.push({ ...haze, blend: 'screen' });
  }
  if (look.soft === 'paper') overlays.push({ input: svg(width, height, paper(width, height)), blend: 'multiply' });
  if (look.tint) {
    const sheet = el('rect', { width, height, fill: look.tint, opacity: look.tintStrength });
    overlays.push({ input: svg(width, height, sheet), blend: 'over' });
  }
  if (look.vignette > 0) overlays.push({ input: svg(width, height, vignette(width, height, look.vignette)) });
  overlays.push(grain(look.grain, width, height));
  if (look.frame) overlays.push({ input: svg(width, height, frames[look.frame](width, height)) });
  const base = sharp(toned.input, toned);
  const finished = await pixels((look.soft === 'paper' ? base.median(5) : base).composite(overlays));
  return sharp(finished.input, finished).removeAlpha();
}
